import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import {
  deploymentLog,
  exportEvents,
  keyLog,
  listEvents,
  organizationLog,
  type Readable,
} from '../../domain/audit-log.ts'
import type { EventFilter, EventPlace } from '../../domain/event-query.ts'
import type { Domain } from '../../domain/ports.ts'
import { invalidField } from '../../domain/refusals.ts'
import { actorOf } from '../access.ts'
import { exportFile } from '../audit-export.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentEvent } from '../present.ts'
import { AuditEventShape, AuditQuery, KeyAuditQuery } from '../schemas/audit.ts'
import { KeyPath, OrganizationPath, pageOf } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const config = { access: { service: 'audit:read' }, action: 'audit.read' } as const
const DEFAULT_LIMIT = 50

const text = { schema: { type: 'string' } } as const
const response = {
  200: {
    description: 'A page, or the whole log as a file',
    content: {
      'application/json': { schema: pageOf(AuditEventShape) },
      'application/x-ndjson': text,
      'text/csv': text,
    },
  },
}

/** Who did what. */
export function registerAudit(app: App, domain: Domain, serverLog: Logger): void {
  /** @param name of the file, where it is to be one; made of nothing but ids that were found. */
  const send = async (request: FastifyRequest, reply: FastifyReply, log: Readable, name: string) => {
    const { format, limit, cursor } = request.query as AuditQuery
    if (format === undefined) return page(log, limit ?? DEFAULT_LIMIT, cursor)
    if (limit !== undefined)
      throw invalidField('limit', 'cannot be given together with format: a file holds everything')
    if (cursor !== undefined)
      throw invalidField('cursor', 'cannot be given together with format: a file holds everything')
    const day = new Date(domain.clock.now()).toISOString().slice(0, 10)
    return exportFile(serverLog, request, reply, exportEvents(domain, log), { format, name: `audit-${name}-${day}` })
  }

  const page = async (log: Readable, limit: number, cursor: string | undefined) => {
    const events = await listEvents(domain, log, readPlace(log, cursor), limit + 1)
    return toPage(events, limit, presentEvent, ({ at, sequence }) => writeCursor(log, [at, String(sequence)]))
  }

  app.get(
    '/v1/audit',
    {
      config,
      schema: {
        tags: ['audit'],
        summary: 'What happened to what belongs to no organization, newest first',
        description: 'For service keys that are not bound to an organization.',
        querystring: AuditQuery,
        response,
      },
    },
    async (request, reply) => {
      const log = deploymentLog(actorOf(request), filterOf(request.query))
      return send(request, reply, log, 'deployment')
    },
  )

  app.get(
    '/v1/organizations/:organization/audit',
    {
      config,
      schema: {
        tags: ['audit'],
        summary: 'What happened in an organization, newest first',
        params: OrganizationPath,
        querystring: AuditQuery,
        response,
      },
    },
    async (request, reply) => {
      const { organization } = request.params
      const log = await organizationLog(domain, actorOf(request), organization, filterOf(request.query))
      return send(request, reply, log, organization)
    },
  )

  app.get(
    '/v1/organizations/:organization/keys/:key/audit',
    {
      config,
      schema: {
        tags: ['audit'],
        summary: 'What happened to a key, newest first',
        description: 'Also after the key was deleted.',
        params: KeyPath,
        querystring: KeyAuditQuery,
        response,
      },
    },
    async (request, reply) => {
      const { organization, key } = request.params
      const log = await keyLog(domain, actorOf(request), organization, key, filterOf(request.query))
      return send(request, reply, log, key)
    },
  )
}

function filterOf({ from, to, format: _, limit: __, cursor: ___, ...plain }: AuditQuery): EventFilter {
  return {
    ...plain,
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  }
}

function readPlace(log: Readable, cursor: string | undefined): EventPlace | null {
  const place = readCursor(log, cursor, 'number')
  if (place === null) return null
  const [at, sequence] = place
  if (typeof at !== 'number' || !/^\d{1,15}$/.test(sequence))
    throw invalidField('cursor', 'is not one that this list gave')
  return { at, sequence: Number(sequence) }
}
