import type { ApiKey, Receipt } from '@claviger/core'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { deleteKey, revokeKey } from '../../domain/end-key.ts'
import { type IssuedKey, issueKey } from '../../domain/issue-key.ts'
import { getKey, listKeys } from '../../domain/keys.ts'
import type { Domain } from '../../domain/ports.ts'
import type { KeyRecord } from '../../domain/records.ts'
import { rotateKey } from '../../domain/rotate-key.ts'
import { actorOf } from '../access.ts'
import { readCursor, toPage } from '../cursor.ts'
import { presentKey } from '../present.ts'
import { changed, statusFor } from '../receipts.ts'
import {
  ApiKeyShape,
  CreateKeyBody,
  DeletedShape,
  KeyChangeShape,
  KeyIssuedShape,
  KeyPath,
  OrganizationPath,
  PageQuery,
  pageOf,
  RevokeBody,
  RotateBody,
} from '../schemas.ts'
import type { App } from '../type-provider.ts'

export interface KeyRoutesOptions {
  /** The product's sample request with the new secret filled in. */
  sampleRequest: (secret: string) => string
}

export function registerKeys(app: App, domain: Domain, { sampleRequest }: KeyRoutesOptions): void {
  const present = (key: KeyRecord): ApiKey => presentKey(key, domain.clock.now())
  const presentIssued = ({ key, secret }: IssuedKey, receipt: Receipt, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store')
    const plain = secret.reveal()
    return { key: present(key), secret: plain, sampleRequest: sampleRequest(plain), receipt }
  }

  app.post(
    '/v1/organizations/:organization/keys',
    {
      config: { access: { service: 'keys:write' } },
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
      const { expiresAt, ...chosen } = request.body
      const input = { ...chosen, expiresAt: expiresAt == null ? null : Date.parse(expiresAt) }
      const { value, receipt } = await issueKey(domain, actorOf(request), request.params.organization, input)
      reply.code(statusFor(receipt, 201))
      return presentIssued(value, receipt, reply)
    },
  )

  app.get(
    '/v1/organizations/:organization/keys',
    {
      config: { access: { service: 'keys:read' } },
      schema: {
        tags: ['keys'],
        summary: 'List keys, newest first',
        params: OrganizationPath,
        querystring: PageQuery,
        response: { 200: pageOf(ApiKeyShape) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const page = { limit: limit + 1, after: readCursor(cursor) }
      return toPage(await listKeys(domain, actorOf(request), request.params.organization, page), limit, present)
    },
  )

  app.get(
    '/v1/organizations/:organization/keys/:key',
    {
      config: { access: { service: 'keys:read' } },
      schema: { tags: ['keys'], summary: 'See a key', params: KeyPath, response: { 200: ApiKeyShape } },
    },
    async (request) => {
      const { organization, key } = request.params
      return present(await getKey(domain, actorOf(request), organization, key))
    },
  )

  app.post(
    '/v1/organizations/:organization/keys/:key/rotate',
    {
      config: { access: { service: 'keys:write' }, bodyOptional: true },
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
      const { value, receipt } = await rotateKey(domain, actorOf(request), organization, key)
      reply.code(statusFor(receipt, 200))
      return presentIssued(value, receipt, reply)
    },
  )

  app.post(
    '/v1/organizations/:organization/keys/:key/revoke',
    {
      config: { access: { service: 'keys:write' }, bodyOptional: true },
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
      const { value, receipt } = await revokeKey(domain, actorOf(request), organization, key, request.body)
      reply.code(statusFor(receipt, 200))
      return { key: present(value), receipt }
    },
  )

  app.delete(
    '/v1/organizations/:organization/keys/:key',
    {
      config: { access: { service: 'keys:write' } },
      schema: {
        tags: ['keys'],
        summary: 'Remove a key',
        params: KeyPath,
        querystring: Type.Object({ confirm: Type.Optional(Type.Literal('in-use')) }, { additionalProperties: false }),
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
}
