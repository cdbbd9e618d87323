import { type Decision, listDepartedKeys, resolveDepartures } from '../../domain/departures.ts'
import { listOverdueKeys, listUnusedKeys } from '../../domain/key-reports.ts'
import type { Domain } from '../../domain/ports.ts'
import type { KeyRecord } from '../../domain/records.ts'
import { invalidField } from '../../domain/refusals.ts'
import { actorOf } from '../access.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentKey } from '../present.ts'
import { presentDeparted } from '../present-members.ts'
import { changed, statusFor } from '../receipts.ts'
import { ApiKeyShape } from '../schemas/keys.ts'
import { DepartedOwnerShape, ResolveBody, ResolvedShape, UnusedQuery } from '../schemas/members.ts'
import { OrganizationPath, PageQuery, pageOf } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const reads = (action: string) => ({ access: { service: 'keys:read' }, action }) as const

/** Keys that somebody should look at. */
export function registerReports(app: App, domain: Domain): void {
  const present = (key: KeyRecord) => presentKey(key, domain.clock.now())

  /** A page of keys, the oldest first. */
  const page = async (
    scan: readonly unknown[],
    { limit, cursor }: { limit: number; cursor?: string },
    list: (page: { limit: number; after: { value: number; id: string } | null }) => Promise<KeyRecord[]>,
  ) => {
    const place = readCursor(scan, cursor, 'number')
    const after = place && { value: Number(place[0]), id: place[1] }
    const found = await list({ limit: limit + 1, after })
    return toPage(found, limit, present, ({ createdAt, id }) => writeCursor(scan, [createdAt, id]))
  }

  app.get(
    '/v1/organizations/:organization/reports/rotation-due',
    {
      config: reads('report.rotation-due'),
      schema: {
        tags: ['keys'],
        summary: 'Keys whose secret is older than the policy of their environment allows, the oldest key first',
        params: OrganizationPath,
        querystring: PageQuery,
        response: { 200: pageOf(ApiKeyShape) },
      },
    },
    async (request) => {
      const { organization } = request.params
      return page(['rotation-due', organization], request.query, (part) =>
        listOverdueKeys(domain, actorOf(request), organization, part),
      )
    },
  )

  app.get(
    '/v1/organizations/:organization/reports/unused',
    {
      config: reads('report.unused'),
      schema: {
        tags: ['keys'],
        summary: 'Active keys that nobody has used for long, the oldest key first',
        params: OrganizationPath,
        querystring: UnusedQuery,
        response: { 200: pageOf(ApiKeyShape) },
      },
    },
    async (request) => {
      const { organization } = request.params
      const { days, ...query } = request.query
      return page(['unused', organization, days], query, (part) =>
        listUnusedKeys(domain, actorOf(request), organization, days, part),
      )
    },
  )

  app.get(
    '/v1/organizations/:organization/reports/departed',
    {
      config: reads('report.departed'),
      schema: {
        tags: ['keys'],
        summary: 'Live keys whose owner has left, by owner',
        description: 'The limit is one of keys: an owner whose keys go on there comes again on the next page.',
        params: OrganizationPath,
        querystring: PageQuery,
        response: { 200: pageOf(DepartedOwnerShape) },
      },
    },
    async (request) => {
      const { organization } = request.params
      const { limit, cursor } = request.query
      const scan = ['departed', organization]
      const place = readCursor(scan, cursor, 'string')
      const after = place && { owner: String(place[0]), key: place[1] }
      const { owners, next } = await listDepartedKeys(domain, actorOf(request), organization, { limit, after })
      const now = domain.clock.now()
      const nextCursor = next && writeCursor(scan, [next.owner, next.key])
      return { items: owners.map((owner) => presentDeparted(owner, now)), nextCursor }
    },
  )

  app.post(
    '/v1/organizations/:organization/reports/departed/resolve',
    {
      config: { access: { service: 'keys:write', right: 'members:write' }, action: 'key.owner' },
      schema: {
        tags: ['keys'],
        summary: 'Decide what becomes of keys whose owner has left',
        description: 'A result for each item, in their order; one that fails does not stop the others.',
        params: OrganizationPath,
        body: ResolveBody,
        response: changed(200, ResolvedShape),
      },
    },
    async (request, reply) => {
      const { organization } = request.params
      const decisions = request.body.items.map(readDecision)
      const { value, receipt } = await resolveDepartures(domain, actorOf(request), organization, decisions)
      reply.code(statusFor(receipt, 200))
      const items = value.map(({ key, error }) =>
        error === null ? { key, outcome: 'done', message: null } : { key, outcome: error.code, message: error.message },
      )
      return { items, receipt }
    },
  )
}

/** @throws AppError `VALIDATION_FAILED` where it is not said to whom, or said in vain. */
function readDecision(
  { key, decision, to }: { key: string; decision: Decision['decision']; to?: string },
  index: number,
): Decision {
  const field = `items[${index}].to`
  if (decision !== 'hand-over') {
    if (to !== undefined) throw invalidField(field, `does not go with ${decision}; leave it out`)
    return { key, decision }
  }
  if (to === undefined) throw invalidField(field, 'is required: the id of the member to hand the key over to')
  return { key, decision, to }
}
