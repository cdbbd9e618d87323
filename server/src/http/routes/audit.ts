import { listEvents } from '../../domain/audit.ts'
import { getKey } from '../../domain/keys.ts'
import { getOrganization } from '../../domain/organizations.ts'
import type { Domain } from '../../domain/ports.ts'
import type { AuditEvent } from '../../domain/records.ts'
import { actorOf } from '../access.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentEvent } from '../present.ts'
import { AuditEventShape } from '../schemas/audit.ts'
import { KeyPath, OrganizationPath, PageQuery, pageOf } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const ACCESS = { access: { service: 'audit:read' } } as const

/** Who did what, newest first. */
export function registerAudit(app: App, domain: Domain): void {
  const page = async (chain: string, targetId: string | null, query: { limit: number; cursor?: string }) => {
    const scan = { chain, targetId }
    const place = readCursor(scan, query.cursor, 'number')
    const before = typeof place?.[0] === 'number' ? place[0] : null
    const events = await listEvents(domain, chain, { targetId, before, limit: query.limit + 1 })
    const cursorAfter = ({ sequence, id }: AuditEvent) => writeCursor(scan, [sequence, id])
    return toPage(events, query.limit, presentEvent, cursorAfter)
  }

  app.get(
    '/v1/organizations/:organization/audit',
    {
      config: ACCESS,
      schema: {
        tags: ['audit'],
        summary: 'What happened in an organization',
        params: OrganizationPath,
        querystring: PageQuery,
        response: { 200: pageOf(AuditEventShape) },
      },
    },
    async (request) => {
      const { id } = await getOrganization(domain, actorOf(request), request.params.organization)
      return page(id, null, request.query)
    },
  )

  app.get(
    '/v1/organizations/:organization/keys/:key/audit',
    {
      config: ACCESS,
      schema: {
        tags: ['audit'],
        summary: 'What happened to a key',
        params: KeyPath,
        querystring: PageQuery,
        response: { 200: pageOf(AuditEventShape) },
      },
    },
    async (request) => {
      const { organization, key } = request.params
      const { id } = await getKey(domain, actorOf(request), organization, key)
      return page(organization, id, request.query)
    },
  )
}
