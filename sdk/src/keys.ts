import type {
  ApiKey,
  CreateKeyRequest,
  KeyChange,
  KeyIssued,
  KeyList,
  VerifyAnswer,
  VerifyRequest,
} from '@claviger/core'
import { has } from './answer.ts'
import { everyItem, type PageRequest } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type { DeleteKeyRequest, KeyDeleted, RevokeKeyRequest, RotateKeyRequest, SelfAnswer } from './wire.ts'

export interface Keys {
  /** The answer is the only one that ever carries the secret. */
  create(organizationId: string, request: CreateKeyRequest, options?: CallOptions): Promise<KeyIssued>
  /** One page, newest first, and how many keys there are of each status. */
  list(organizationId: string, page?: PageRequest, options?: CallOptions): Promise<KeyList>
  /** All of them, newest first, with as many calls as it takes. */
  all(organizationId: string, page?: PageRequest, options?: CallOptions): AsyncGenerator<ApiKey, void, undefined>
  get(organizationId: string, keyId: string, options?: CallOptions): Promise<ApiKey>
  /** A new secret; without `graceSeconds` the old one is dead when this resolves. */
  rotate(organizationId: string, keyId: string, request?: RotateKeyRequest, options?: CallOptions): Promise<KeyIssued>
  /** Ends the key for good: no verdict that begins after this resolves accepts it, if the receipt has `effectiveAt`. */
  revoke(organizationId: string, keyId: string, request?: RevokeKeyRequest, options?: CallOptions): Promise<KeyChange>
  delete(organizationId: string, keyId: string, request?: DeleteKeyRequest, options?: CallOptions): Promise<KeyDeleted>
  /**
   * May this request pass? A no is an answer like the yes; only where no verdict could be had does this throw, and
   * then nobody may be let in.
   */
  verify(question: VerifyRequest, options?: CallOptions): Promise<VerifyAnswer>
  /** Who am I: for a client whose `key` is a customer's own. */
  self(options?: CallOptions): Promise<SelfAnswer>
}

export function createKeys(send: Send): Keys {
  const keys: Keys = {
    create: async (organizationId, body, options) =>
      send({ method: 'POST', path: path`/v1/organizations/${organizationId}/keys`, body, isAnswer: isIssued }, options),

    list: async (organizationId, page, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys`,
          query: { ...page },
          isAnswer: has('items', 'nextCursor'),
        },
        options,
      ),

    all: (organizationId, page = {}, options) =>
      everyItem(page, (request) => keys.list(organizationId, request, options)),

    get: async (organizationId, keyId, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}`,
          isAnswer: has('id', 'status'),
        },
        options,
      ),

    rotate: async (organizationId, keyId, body = {}, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/rotate`,
          body,
          isAnswer: isIssued,
        },
        options,
      ),

    revoke: async (organizationId, keyId, body = {}, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/revoke`,
          body,
          isAnswer: has('key', 'receipt'),
        },
        options,
      ),

    delete: async (organizationId, keyId, request, options) =>
      send(
        {
          method: 'DELETE',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}`,
          query: { ...request },
          isAnswer: has('receipt'),
        },
        options,
      ),

    verify: (body, options) => send({ method: 'POST', path: '/v1/keys/verify', body, isAnswer: isVerdict }, options),

    self: (options) => send({ method: 'GET', path: '/v1/keys/self', isAnswer: has('id', 'prefix') }, options),
  }
  return keys
}

const isIssued = has('key', 'secret', 'receipt')

// An answer that contradicts itself lets nobody in.
function isVerdict({ valid, code }: Readonly<Record<string, unknown>>): boolean {
  return typeof code === 'string' && valid === (code === 'VALID')
}
