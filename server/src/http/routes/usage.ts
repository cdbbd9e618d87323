import { callersOfKey, checkRemoval } from '../../domain/callers.ts'
import type { Domain } from '../../domain/ports.ts'
import { scopesOfKey } from '../../domain/scope-uses.ts'
import { listDenials, type UsageRequest, usageOfKey, usageOfKeys, usageOfOrganization } from '../../domain/usage.ts'
import type { DenialRecord } from '../../domain/usage-records.ts'
import { actorOf } from '../access.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import {
  presentCallers,
  presentDenial,
  presentRemoval,
  presentScopes,
  presentUsage,
  presentUsageByKey,
} from '../present-usage.ts'
import { KeyPath, OrganizationPath, pageOf } from '../schemas/parts.ts'
import {
  CallersShape,
  DenialsQuery,
  DeniedRequestShape,
  KeyScopesShape,
  RemovalCheckShape,
  UsageByKeyQuery,
  UsageByKeyShape,
  UsageQuery,
  UsageShape,
} from '../schemas/usage.ts'
import type { App } from '../type-provider.ts'

const reads = (action: string) => ({ access: { service: 'usage:read' }, action }) as const
const KEY = '/v1/organizations/:organization/keys/:key'
const SPAN = 'By default the last seven days. The span is widened to whole buckets, at most 1,000 of them.'

/** How keys are used, by whom, and what was refused. All of it is up to date when it is asked for. */
export function registerUsage(app: App, domain: Domain): void {
  app.get(
    `${KEY}/usage`,
    {
      config: reads('usage.key'),
      schema: {
        tags: ['usage'],
        summary: 'How often a key got which verdict',
        description: `${SPAN} Also of a deleted key.`,
        params: KeyPath,
        querystring: UsageQuery,
        response: { 200: UsageShape },
      },
    },
    async (request) => {
      const { organization, key } = request.params
      return presentUsage(await usageOfKey(domain, actorOf(request), organization, key, withTimes(request.query)))
    },
  )

  app.get(
    '/v1/organizations/:organization/usage',
    {
      config: reads('usage.organization'),
      schema: {
        tags: ['usage'],
        summary: 'How often the keys of an organization got which verdict',
        description: `${SPAN} Deleted keys are in it.`,
        params: OrganizationPath,
        querystring: UsageQuery,
        response: { 200: UsageShape },
      },
    },
    async (request) => {
      const { organization } = request.params
      return presentUsage(await usageOfOrganization(domain, actorOf(request), organization, withTimes(request.query)))
    },
  )

  app.get(
    '/v1/organizations/:organization/usage-by-key',
    {
      config: reads('usage.keys'),
      schema: {
        tags: ['usage'],
        summary: 'How often each of many keys got which verdict',
        description:
          'By default the last seven days by the day. The span is widened to whole buckets, at most 1,000 of all keys together. Also of deleted keys. What is no key of the organization is left out of the answer, whether it is one elsewhere or not.',
        params: OrganizationPath,
        querystring: UsageByKeyQuery,
        response: { 200: UsageByKeyShape },
      },
    },
    async (request) => {
      const { organization } = request.params
      const { key: keys, ...query } = request.query
      return presentUsageByKey(await usageOfKeys(domain, actorOf(request), organization, keys, withTimes(query)))
    },
  )

  /** What takes nothing but the key. */
  const plain = {
    callers: {
      summary: 'Who uses a key',
      description:
        'With each of its secrets apart: during a rotation this tells who still has the old one. Also of a deleted key.',
      shape: CallersShape,
      read: async (...key: ReadOfKey) => presentCallers(await callersOfKey(domain, ...key)),
    },
    scopes: {
      summary: 'Which of its scopes a key uses',
      description:
        'To the day. Of several scopes that allow the same the narrowest counts. Requests that name no scopes tell nothing: a service that reads the scopes of a key from its verdict and decides for itself does not show here.',
      shape: KeyScopesShape,
      read: async (...key: ReadOfKey) => presentScopes(await scopesOfKey(domain, ...key)),
    },
    'removal-check': {
      summary: 'Who would break if a key were removed now',
      description:
        '`in-use`: accepted within the last 24 hours. `quiet`: accepted or refused within the last seven days. `safe`: neither.',
      shape: RemovalCheckShape,
      read: async (...key: ReadOfKey) => presentRemoval(await checkRemoval(domain, ...key)),
    },
  }
  for (const [name, { summary, description, shape, read }] of Object.entries(plain)) {
    app.get(
      `${KEY}/${name}`,
      {
        config: reads(`usage.${name}`),
        schema: { tags: ['usage'], summary, description, params: KeyPath, response: { 200: shape } },
      },
      async (request) => {
        const { organization, key } = request.params
        return read(actorOf(request), organization, key)
      },
    )
  }

  app.get(
    '/v1/organizations/:organization/denials',
    {
      config: reads('usage.denials'),
      schema: {
        tags: ['usage'],
        summary: 'Why requests were refused, newest first',
        description:
          'Refused uses of known keys: the last 100 of each key, for seven days. Find one by its request id.',
        params: OrganizationPath,
        querystring: DenialsQuery,
        response: { 200: pageOf(DeniedRequestShape) },
      },
    },
    async (request) => {
      const { organization: organizationId } = request.params
      const { limit, cursor, key: keyId, requestId } = request.query
      const scan = { organizationId, keyId, requestId }
      const place = readCursor(scan, cursor, 'number')
      const after = typeof place?.[0] === 'number' ? { at: place[0], id: place[1] } : null
      const denials = await listDenials(domain, actorOf(request), { ...scan, after, limit: limit + 1 })
      return toPage(denials, limit, presentDenial, ({ at, id }: DenialRecord) => writeCursor(scan, [at, id]))
    },
  )
}

type ReadOfKey = [actor: ReturnType<typeof actorOf>, organizationId: string, keyId: string]

/** Times travel as text and are kept as numbers. */
function withTimes({ from, to, bucket }: { from?: string; to?: string; bucket: 'hour' | 'day' }): UsageRequest {
  const ms = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time))
  return { from: ms(from), to: ms(to), bucket }
}
