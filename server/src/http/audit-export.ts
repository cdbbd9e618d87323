import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { AuditEvent } from '../domain/records.ts'
import { CSV_HEADER, toCsvLine, toJsonLine } from './audit-text.ts'
import { presentEvent } from './present.ts'
import type { ExportFormat } from './schemas/audit.ts'

const FORMATS = {
  ndjson: { type: 'application/x-ndjson; charset=utf-8', header: '', line: toJsonLine },
  csv: { type: 'text/csv; charset=utf-8; header=present', header: CSV_HEADER, line: toCsvLine },
} as const

/**
 * Sends events as a file, no faster than the client reads them. A fault on the way cuts the connection: an end without
 * one is the end of the file.
 * @param name without its extension.
 */
export async function exportFile(
  log: Logger,
  request: FastifyRequest,
  reply: FastifyReply,
  portions: AsyncGenerator<AuditEvent[], void, undefined>,
  { format, name }: { format: ExportFormat; name: string },
): Promise<FastifyReply> {
  const { type, header, line } = FORMATS[format]
  // What fails at once is still answered as an error.
  const first = await portions.next()
  reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name.replace(/[^0-9A-Za-z_-]/g, '')}.${format}"`)
    .header('cache-control', 'no-store')
  if (request.method === 'HEAD') return reply.send('')
  const file = Readable.from(textOf(first, portions, header, line))
  file.once('error', (error) => {
    log.error({ requestId: request.id, err: error }, 'an export of the audit log broke off')
    // To a proxy that speaks HTTP/1.0 a plain close would be the end of the file.
    reply.raw.socket?.resetAndDestroy?.()
  })
  return reply.send(file)
}

async function* textOf(
  first: IteratorResult<AuditEvent[], void>,
  rest: AsyncIterable<AuditEvent[]>,
  header: string,
  line: (event: ReturnType<typeof presentEvent>) => string,
): AsyncGenerator<Buffer, void, undefined> {
  const portion = (events: readonly AuditEvent[]) => events.map((event) => line(presentEvent(event))).join('')
  yield Buffer.from(header + portion(first.value ?? []))
  for await (const events of rest) yield Buffer.from(portion(events))
}
