import type { ApiKey, KeyChange, KeyIssued, Page } from '@claviger/core'
import { has } from './answer.ts'
import { everyItem, type PageRequest } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type { CreateServiceKeyRequest, RevokeKeyRequest } from './wire.ts'

/** Credentials of the operator's own services. */
export interface ServiceKeys {
  /** The answer is the only one that ever carries the secret. */
  create(request: CreateServiceKeyRequest, options?: CallOptions): Promise<KeyIssued>
  /** One page, newest first. */
  list(page?: PageRequest, options?: CallOptions): Promise<Page<ApiKey>>
  /** All of them, newest first, with as many calls as it takes. */
  all(page?: PageRequest, options?: CallOptions): AsyncGenerator<ApiKey, void, undefined>
  revoke(keyId: string, request?: RevokeKeyRequest, options?: CallOptions): Promise<KeyChange>
}

export function createServiceKeys(send: Send): ServiceKeys {
  const serviceKeys: ServiceKeys = {
    create: (body, options) =>
      send({ method: 'POST', path: '/v1/service-keys', body, isAnswer: has('key', 'secret', 'receipt') }, options),

    list: (page, options) =>
      send(
        { method: 'GET', path: '/v1/service-keys', query: { ...page }, isAnswer: has('items', 'nextCursor') },
        options,
      ),

    all: (page = {}, options) => everyItem(page, (request) => serviceKeys.list(request, options)),

    revoke: async (keyId, body = {}, options) =>
      send(
        { method: 'POST', path: path`/v1/service-keys/${keyId}/revoke`, body, isAnswer: has('key', 'receipt') },
        options,
      ),
  }
  return serviceKeys
}
