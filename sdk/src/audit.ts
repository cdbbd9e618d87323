import type { AuditEvent, Page } from '@claviger/core'
import { has } from './answer.ts'
import type { Download } from './download.ts'
import { ClavigerError } from './errors.ts'
import { everyItem } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type { AuditFilter, AuditQuery } from './wire.ts'

/** Whose log: an organization's, one key's of it, or, where neither is named, the deployment's own. */
export type AuditLog = { organizationId?: never; keyId?: never } | { organizationId: string; keyId?: string }

export const EXPORT_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const
export type ExportFormat = keyof typeof EXPORT_TYPES

export interface Audit {
  /** One page of what happened to what belongs to no organization, newest first. */
  list(query?: AuditQuery, options?: CallOptions): Promise<Page<AuditEvent>>
  /** All of that, with as many calls as it takes. */
  all(query?: AuditQuery, options?: CallOptions): AsyncGenerator<AuditEvent, void, undefined>
  /** A whole log as it is now, oldest first: one call, of which no more is read than is asked for. */
  export(log: AuditLog, filter?: AuditFilter, options?: CallOptions): AsyncGenerator<AuditEvent, void, undefined>
  /** The same as the text of a file, in pieces. When it ends without throwing, the file is whole. */
  exportText(
    log: AuditLog,
    format: ExportFormat,
    filter?: AuditFilter,
    options?: CallOptions,
  ): AsyncGenerator<string, void, undefined>
}

export function createAudit(send: Send, download: Download): Audit {
  const audit: Audit = {
    list: (query, options) =>
      send({ method: 'GET', path: '/v1/audit', query: { ...query }, isAnswer: has('items', 'nextCursor') }, options),

    all: (query = {}, options) => everyItem(query, (request) => audit.list(request, options)),

    exportText: (log, format, filter, options) =>
      download({ path: pathOf(log), query: { ...filter, format }, type: EXPORT_TYPES[format] }, options),

    async *export(log, filter, options) {
      let rest = ''
      for await (const piece of audit.exportText(log, 'ndjson', filter, options)) {
        const lines = (rest + piece).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) yield readEvent(line)
      }
      if (rest !== '') throw new ClavigerError('UNEXPECTED_ANSWER', 'The export ends in the middle of a line.')
    },
  }
  return audit
}

function pathOf({ organizationId, keyId }: AuditLog): string {
  if (organizationId === undefined) return '/v1/audit'
  return keyId === undefined
    ? path`/v1/organizations/${organizationId}/audit`
    : path`/v1/organizations/${organizationId}/keys/${keyId}/audit`
}

function readEvent(line: string): AuditEvent {
  try {
    return JSON.parse(line) as AuditEvent
  } catch {
    throw new ClavigerError('UNEXPECTED_ANSWER', 'A line of the export is not JSON.')
  }
}
