import type { ApiKey, Receipt } from '@claviger/core'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Changed } from '../../domain/change.ts'
import { editKey } from '../../domain/edit-key.ts'
import { deleteKey, revokeKey } from '../../domain/end-key.ts'
import { importKeys } from '../../domain/import-keys.ts'
import { type IssuedKey, issueKey } from '../../domain/issue-key.ts'
import { listKeys, placeOf } from '../../domain/key-list.ts'
import type { KeySort } from '../../domain/key-query.ts'
import { getKey } from '../../domain/keys.ts'
import type { Domain } from '../../domain/ports.ts'
import type { KeyRecord } from '../../domain/records.ts'
import { cancelRotation, finishRotation, rotateKey } from '../../domain/rotate-key.ts'
import { switchKey } from '../../domain/switch-key.ts'
import type { RefusalRecorder } from '../../engine/refusal-recorder.ts'
import { actorOf } from '../access.ts'
import { repeatableActorOf, versionOf } from '../conditions.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentKey } from '../present.ts'
import { changed, statusFor } from '../receipts.ts'
import { isRecorded } from '../refused-attempt.ts'
import {
  ApiKeyShape,
  CreateKeyBody,
  EditKeyBody,
  ImportBody,
  ImportedShape,
  KeyChangeShape,
  KeyIssuedShape,
  KeyListShape,
  KeysQuery,
  RevokeBody,
  RotateBody,
} from '../schemas/keys.ts'
import { DeletedShape, KeyPath, OrganizationPath, strict } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

export interface KeyRoutesOptions {
  /** The product's sample request with the new secret filled in. */
  sampleRequest: (secret: string) => string
  refusals: RefusalRecorder
}

const reads = (action: string) => ({ access: { service: 'keys:read' }, action }) as const
const changes = (action: string) => ({ access: { service: 'keys:write' }, action }) as const
const decides = (action: string) => ({ access: { service: 'keys:write', right: 'keys:approve' }, action }) as const

export function registerKeys(app: App, domain: Domain, { sampleRequest, refusals }: KeyRoutesOptions): void {
  const present = (key: KeyRecord): ApiKey => presentKey(key, domain.clock.now())

  // A replayed answer is the first one, told as of then.
  const sendIssued = ({ value, receipt, replayed }: Changed<IssuedKey>, reply: FastifyReply, status: 200 | 201) => {
    reply.code(statusFor(receipt, status))
    const secret = value.secret?.reveal() ?? null
    const sample = secret === null ? null : sampleRequest(secret)
    const key = replayed ? presentKey(value.key, value.key.updatedAt) : present(value.key)
    return { key, secret, sampleRequest: sample, receipt, ...(replayed ? { replayed } : {}) }
  }

  const sendChanged = ({ value, receipt }: { value: KeyRecord; receipt: Receipt }, reply: FastifyReply) => {
    reply.code(statusFor(receipt, 200))
    return { key: present(value), receipt }
  }

  app.post(
    '/v1/organizations/:organization/keys',
    {
      config: { ...changes('key.create'), repeatable: true },
      schema: {
        tags: ['keys'],
        summary: 'Create a key',
        description: 'The secret is in this answer and nowhere else, ever.',
        params: OrganizationPath,
        body: CreateKeyBody,
        response: changed(201, KeyIssuedShape),
      },
    },
    async (request, reply) => {
      const input = withTimes(request.body)
      const issued = await issueKey(domain, repeatableActorOf(request), request.params.organization, input)
      return sendIssued(issued, reply, 201)
    },
  )

  app.get(
    '/v1/organizations/:organization/keys',
    {
      config: reads('key.list'),
      schema: {
        tags: ['keys'],
        summary: 'List keys',
        params: OrganizationPath,
        querystring: KeysQuery,
        response: { 200: KeyListShape },
      },
    },
    async (request) => {
      const { organization: organizationId } = request.params
      const { limit, cursor, sort: order, status = [], unusedSince, expiresBefore, ...filter } = request.query
      const scan = { organizationId, order, status, unusedSince, expiresBefore, ...filter }
      const sort = order.replace(/^-/, '') as KeySort
      const place = readCursor(scan, cursor, sort === 'name' ? 'string' : 'number')
      const { keys, counts } = await listKeys(domain, actorOf(request), {
        organizationId,
        filter: {
          ...filter,
          statuses: status,
          ...(unusedSince === undefined ? {} : { unusedSince: Date.parse(unusedSince) }),
          ...(expiresBefore === undefined ? {} : { expiresBefore: Date.parse(expiresBefore) }),
        },
        sort,
        descending: order.startsWith('-'),
        limit: limit + 1,
        after: place && { value: place[0], id: place[1] },
      })
      const cursorAfter = (key: KeyRecord) => {
        const { value, id } = placeOf(key, sort)
        return writeCursor(scan, [value, id])
      }
      return { ...toPage(keys, limit, present, cursorAfter), counts }
    },
  )

  app.get(
    '/v1/organizations/:organization/keys/:key',
    {
      config: reads('key.read'),
      schema: { tags: ['keys'], summary: 'See a key', params: KeyPath, response: { 200: ApiKeyShape } },
    },
    async (request) => {
      const { organization, key } = request.params
      return present(await getKey(domain, actorOf(request), organization, key))
    },
  )

  app.patch(
    '/v1/organizations/:organization/keys/:key',
    {
      config: { ...changes('key.edit'), versioned: true },
      schema: {
        tags: ['keys'],
        summary: 'Edit a key; its secret stays the same',
        consumes: ['application/json', 'application/merge-patch+json'],
        params: KeyPath,
        body: EditKeyBody,
        response: changed(200, KeyChangeShape),
      },
    },
    async (request, reply) => {
      const { organization, key } = request.params
      const patch = withTimes(request.body)
      return sendChanged(await editKey(domain, actorOf(request), organization, key, patch, versionOf(request)), reply)
    },
  )

  app.post(
    '/v1/organizations/:organization/keys/:key/rotate',
    {
      config: { ...changes('key.rotate'), bodyOptional: true, repeatable: true },
      schema: {
        tags: ['keys'],
        summary: 'Give a key a new secret',
        params: KeyPath,
        body: RotateBody,
        response: changed(200, KeyIssuedShape),
      },
    },
    async (request, reply) => {
      const { organization, key } = request.params
      const { graceSeconds = 0, reason } = request.body
      return sendIssued(
        await rotateKey(domain, repeatableActorOf(request), organization, key, graceSeconds, reason),
        reply,
        200,
      )
    },
  )

  app.post(
    '/v1/organizations/:organization/keys/:key/revoke',
    {
      config: { ...changes('key.revoke'), bodyOptional: true },
      schema: {
        tags: ['keys'],
        summary: 'End a key for good',
        params: KeyPath,
        body: RevokeBody,
        response: changed(200, KeyChangeShape),
      },
    },
    async (request, reply) => {
      const { organization, key } = request.params
      return sendChanged(await revokeKey(domain, actorOf(request), organization, key, request.body), reply)
    },
  )

  /** The changes of a key that take nothing but the key. */
  const plain = {
    'rotation/finish': ['End a rotation’s overlap now', finishRotation, changes],
    'rotation/cancel': ['Drop the new secret and keep the old', cancelRotation, changes],
    disable: ['Refuse a key until it is enabled again', switchTo('disable'), changes],
    enable: ['Let a disabled key pass again', switchTo('enable'), changes],
    approve: ['Let a key that waits for approval pass', switchTo('approve'), decides],
    decline: ['End a key that waits for approval', switchTo('decline'), decides],
  } as const satisfies Record<string, readonly [string, ChangeOfKey, typeof changes | typeof decides]>
  for (const [path, [summary, change, may]] of Object.entries(plain)) {
    app.post(
      `/v1/organizations/:organization/keys/:key/${path}`,
      {
        config: { ...may(`key.${path.replace('/', '.')}`), bodyOptional: true },
        schema: {
          tags: ['keys'],
          summary,
          params: KeyPath,
          body: Type.Object({}, strict),
          response: changed(200, KeyChangeShape),
        },
      },
      async (request, reply) => {
        const { organization, key } = request.params
        return sendChanged(await change(domain, actorOf(request), organization, key), reply)
      },
    )
  }

  app.delete(
    '/v1/organizations/:organization/keys/:key',
    {
      config: changes('key.delete'),
      schema: {
        tags: ['keys'],
        summary: 'Remove a key',
        params: KeyPath,
        querystring: Type.Object({ confirm: Type.Optional(Type.Literal('in-use')) }, strict),
        response: changed(200, DeletedShape),
      },
    },
    async (request, reply) => {
      const { organization, key } = request.params
      const { receipt } = await deleteKey(domain, actorOf(request), organization, key, request.query.confirm)
      reply.code(statusFor(receipt, 200))
      return { receipt }
    },
  )

  app.post(
    '/v1/organizations/:organization/keys/import',
    {
      bodyLimit: 4 * 1024 * 1024,
      config: { ...changes('key.import'), repeatable: true },
      schema: {
        tags: ['keys'],
        summary: 'Take over keys of another system by the SHA-256 it stored',
        description: 'A result for each item, in their order; one that fails does not stop the others.',
        params: OrganizationPath,
        body: ImportBody,
        response: changed(200, ImportedShape),
      },
    },
    async (request, reply) => {
      const items = request.body.items.map(withTimes)
      const actor = repeatableActorOf(request)
      const { organization } = request.params
      const { value, receipt, replayed } = await importKeys(domain, actor, organization, items)
      // The request went through, so each kind of refusal in it is recorded here, once.
      const codes = new Set(replayed ? [] : value.flatMap((result) => ('error' in result ? [result.error.code] : [])))
      const target = { type: 'organization', id: organization }
      for (const code of [...codes].filter(isRecorded)) {
        await refusals.record(actor, { action: 'key.import', code, organizationId: organization, target }, false)
      }
      reply.code(statusFor(receipt, 200))
      const at = ({ updatedAt }: KeyRecord) => (replayed ? updatedAt : domain.clock.now())
      const results = value.map((result) =>
        'key' in result ? { key: presentKey(result.key, at(result.key)) } : result,
      )
      return { items: results, receipt, ...(replayed ? { replayed } : {}) }
    },
  )
}

type ChangeOfKey = (
  domain: Domain,
  actor: ReturnType<typeof actorOf>,
  organizationId: string,
  keyId: string,
) => Promise<Changed<KeyRecord>>

function switchTo(to: Parameters<typeof switchKey>[4]): ChangeOfKey {
  return (domain, actor, organizationId, keyId) => switchKey(domain, actor, organizationId, keyId, to)
}

/** Times travel as text and are kept as numbers. */
function withTimes<Body extends { expiresAt?: string | null }>(body: Body) {
  const { expiresAt, ...rest } = body
  if (expiresAt === undefined) return rest
  return { ...rest, expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }
}
