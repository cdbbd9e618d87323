import { Type } from 'typebox'
import type { Domain } from '../../domain/ports.ts'
import type { KeyRecord } from '../../domain/records.ts'
import { issueServiceKey, listServiceKeys, revokeServiceKey } from '../../domain/service-keys.ts'
import { actorOf } from '../access.ts'
import { repeatableActorOf } from '../conditions.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentKey } from '../present.ts'
import { changed, statusFor } from '../receipts.ts'
import { ApiKeyShape, CreateServiceKeyBody, KeyChangeShape, KeyIssuedShape, RevokeBody } from '../schemas/keys.ts'
import { Id, PageQuery, pageOf, strict } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const access = { service: 'service-keys:write' } as const

/** The credentials of the operator's own services. */
export function registerServiceKeys(app: App, domain: Domain): void {
  const present = (key: KeyRecord) => presentKey(key, domain.clock.now())

  app.post(
    '/v1/service-keys',
    {
      config: { access, action: 'service-key.create', repeatable: true },
      schema: {
        tags: ['service keys'],
        summary: 'Create a service key that holds no more than yours',
        body: CreateServiceKeyBody,
        response: changed(201, KeyIssuedShape),
      },
    },
    async (request, reply) => {
      const { value, receipt, replayed } = await issueServiceKey(domain, repeatableActorOf(request), request.body)
      reply.code(statusFor(receipt, 201))
      const secret = value.secret?.reveal() ?? null
      return { key: present(value.key), secret, sampleRequest: null, receipt, ...(replayed ? { replayed } : {}) }
    },
  )

  app.get(
    '/v1/service-keys',
    {
      config: { access, action: 'service-key.list' },
      schema: {
        tags: ['service keys'],
        summary: 'List service keys, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(ApiKeyShape) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const place = readCursor('service-keys', cursor)
      const found = await listServiceKeys(domain, actorOf(request), { limit: limit + 1, after: place?.[1] ?? null })
      return toPage(found, limit, present, ({ id }) => writeCursor('service-keys', [null, id]))
    },
  )

  app.post(
    '/v1/service-keys/:key/revoke',
    {
      config: { access, action: 'service-key.revoke', bodyOptional: true },
      schema: {
        tags: ['service keys'],
        summary: 'End a service key for good',
        params: Type.Object({ key: Id }, strict),
        body: RevokeBody,
        response: changed(200, KeyChangeShape),
      },
    },
    async (request, reply) => {
      const { value, receipt } = await revokeServiceKey(domain, actorOf(request), request.params.key, request.body)
      reply.code(statusFor(receipt, 200))
      return { key: present(value), receipt }
    },
  )
}
