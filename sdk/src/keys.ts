import type {
  ApiKey,
  AuditEvent,
  Compromise,
  CompromiseEnded,
  CreateKeyRequest,
  ImportedKeys,
  KeyCallers,
  KeyChange,
  KeyIssued,
  KeyList,
  KeyScopes,
  Page,
  Receipt,
  RemovalCheck,
  Usage,
} from '@claviger/core'
import { has } from './answer.ts'
import { everyItem } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import { createVerdicts, type Verdicts } from './verdicts.ts'
import type {
  AuditQuery,
  Deleted,
  DeleteKeyRequest,
  EditKeyRequest,
  ImportKeyRequest,
  KeyQuery,
  RevokeKeyRequest,
  RotateKeyRequest,
  UsageQuery,
} from './wire.ts'

type ChangeOfKey = (organizationId: string, keyId: string, options?: CallOptions) => Promise<KeyChange>

export interface Keys extends Verdicts {
  /** The answer is the only one that ever carries the secret. */
  create(organizationId: string, request: CreateKeyRequest, options?: CallOptions): Promise<KeyIssued>
  /** One page, newest first unless the query says otherwise, and how many keys there are of each status. */
  list(organizationId: string, query?: KeyQuery, options?: CallOptions): Promise<KeyList>
  /** All that match, with as many calls as it takes. */
  all(organizationId: string, query?: KeyQuery, options?: CallOptions): AsyncGenerator<ApiKey, void, undefined>
  get(organizationId: string, keyId: string, options?: CallOptions): Promise<ApiKey>
  /** The secret stays the same. With `options.ifVersion` an edit of what has changed meanwhile is refused. */
  edit(organizationId: string, keyId: string, patch: EditKeyRequest, options?: CallOptions): Promise<KeyChange>
  /** A new secret; without `graceSeconds` the old one is dead when this resolves. */
  rotate(organizationId: string, keyId: string, request?: RotateKeyRequest, options?: CallOptions): Promise<KeyIssued>
  /** Ends a rotation's overlap now. */
  finishRotation: ChangeOfKey
  /** Drops the new secret of a rotation's overlap and keeps the old one. */
  cancelRotation: ChangeOfKey
  disable: ChangeOfKey
  enable: ChangeOfKey
  /** Lets a key pass that waits for approval. */
  approve: ChangeOfKey
  /** Ends a key that waits for approval. */
  decline: ChangeOfKey
  /** Ends the key for good: no verdict that begins after this resolves accepts it, if the receipt has `effectiveAt`. */
  revoke(organizationId: string, keyId: string, request?: RevokeKeyRequest, options?: CallOptions): Promise<KeyChange>
  delete(organizationId: string, keyId: string, request?: DeleteKeyRequest, options?: CallOptions): Promise<Deleted>
  /** Up to 1,000 keys of another system; a result for each, in their order. */
  import(organizationId: string, items: readonly ImportKeyRequest[], options?: CallOptions): Promise<ImportedKeys>
  /** One page of what happened to a key, newest first; also of a key that was deleted. */
  audit(
    organizationId: string,
    keyId: string,
    query?: Omit<AuditQuery, 'target'>,
    options?: CallOptions,
  ): Promise<Page<AuditEvent>>
  /** How often which verdict was given; also of a deleted key. At most 1,000 buckets. */
  usage(organizationId: string, keyId: string, query?: UsageQuery, options?: CallOptions): Promise<Usage>
  /** Who uses the key, and which of its secrets; also of a deleted key. */
  callers(organizationId: string, keyId: string, options?: CallOptions): Promise<KeyCallers>
  /** Which of its scopes the key uses, and which it could do without. */
  scopes(organizationId: string, keyId: string, options?: CallOptions): Promise<KeyScopes>
  /** What was done about a key whose secret has come into wrong hands; also of a deleted key. */
  compromise(organizationId: string, keyId: string, options?: CallOptions): Promise<Compromise>
  /**
   * Revokes a compromised key, makes one with the same rights in its place, tells owners and admins by mail, and says
   * who used it. The key stays revoked whatever becomes of the rest.
   */
  endCompromised(
    organizationId: string,
    keyId: string,
    request?: { note?: string },
    options?: CallOptions,
  ): Promise<CompromiseEnded>
  /** Tells owners and admins by mail that the key was compromised; once an hour for each key. */
  notifyOfCompromise(
    organizationId: string,
    keyId: string,
    options?: CallOptions,
  ): Promise<{ notified: number; receipt: Receipt }>
  /** Who would break if the key were removed now. */
  removalCheck(organizationId: string, keyId: string, options?: CallOptions): Promise<RemovalCheck>
}

export function createKeys(send: Send): Keys {
  /** A change that takes nothing but the key. */
  const change =
    (step: string): ChangeOfKey =>
    async (organizationId, keyId, options) => {
      const key = path`/v1/organizations/${organizationId}/keys/${keyId}`
      return send({ method: 'POST', path: `${key}/${step}`, body: {}, isAnswer: isChange }, options)
    }

  const keys: Keys = {
    ...createVerdicts(send),

    create: async (organizationId, body, options) =>
      send({ method: 'POST', path: path`/v1/organizations/${organizationId}/keys`, body, isAnswer: isIssued }, options),

    list: async (organizationId, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys`,
          query: { ...query },
          isAnswer: has('items', 'nextCursor'),
        },
        options,
      ),

    all: (organizationId, query = {}, options) =>
      everyItem(query, (request) => keys.list(organizationId, request, options)),

    get: async (organizationId, keyId, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}`,
          isAnswer: has('id', 'status'),
        },
        options,
      ),

    edit: async (organizationId, keyId, body, options) =>
      send(
        {
          method: 'PATCH',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}`,
          body,
          isAnswer: isChange,
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

    finishRotation: change('rotation/finish'),
    cancelRotation: change('rotation/cancel'),
    disable: change('disable'),
    enable: change('enable'),
    approve: change('approve'),
    decline: change('decline'),

    revoke: async (organizationId, keyId, body = {}, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/revoke`,
          body,
          isAnswer: isChange,
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

    import: async (organizationId, items, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/keys/import`,
          body: { items },
          isAnswer: has('items', 'receipt'),
        },
        options,
      ),

    audit: async (organizationId, keyId, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/audit`,
          query: { ...query },
          isAnswer: has('items', 'nextCursor'),
        },
        options,
      ),

    usage: async (organizationId, keyId, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/usage`,
          query: { ...query },
          isAnswer: has('items', 'totals'),
        },
        options,
      ),

    callers: async (organizationId, keyId, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/callers`,
          isAnswer: has('items', 'others'),
        },
        options,
      ),

    scopes: async (organizationId, keyId, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/scopes`,
          isAnswer: has('items', 'since'),
        },
        options,
      ),

    compromise: async (organizationId, keyId, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/compromised`,
          isAnswer: has('key', 'stopped'),
        },
        options,
      ),

    endCompromised: async (organizationId, keyId, body = {}, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/compromised`,
          body,
          isAnswer: has('key', 'report', 'receipt'),
        },
        options,
      ),

    notifyOfCompromise: async (organizationId, keyId, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/compromised/notify`,
          isAnswer: has('notified', 'receipt'),
        },
        options,
      ),

    removalCheck: async (organizationId, keyId, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/keys/${keyId}/removal-check`,
          isAnswer: has('verdict', 'callers'),
        },
        options,
      ),
  }
  return keys
}

const isIssued = has('key', 'secret', 'receipt')
const isChange = has('key', 'receipt')
