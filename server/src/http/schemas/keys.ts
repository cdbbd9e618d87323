import { STATUSES } from '@claviger/core'
import { Type } from 'typebox'
import { KEY_SORTS } from '../../domain/key-query.ts'
import { REVOKE_REASONS } from '../../domain/records.ts'
import {
  ActorRef,
  ExternalId,
  Id,
  Instances,
  Metadata,
  Name,
  nullable,
  oneOf,
  PageFields,
  ReceiptShape,
  Replayed,
  Resources,
  record,
  Scope,
  Scopes,
  strict,
  Time,
} from './parts.ts'
import { spelt } from './spellings.ts'

/** Keys and service keys as they travel. */

const IpList = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 100 })

const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 50, uniqueItems: true })

export const RateLimit = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    windowSeconds: Type.Integer({ minimum: 1, maximum: 2_678_400 }),
  },
  strict,
)

const Refill = Type.Object(
  { amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }), interval: oneOf(['day', 'month']) },
  strict,
)

const Credits = Type.Object(
  {
    remaining: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
    refill: Type.Optional(nullable(Refill)),
  },
  strict,
)

const CreditsShape = Type.Object({ remaining: Type.Integer(), refill: nullable(Refill) }, strict)

const CreateKeyFields = {
  name: Name,
  description: Type.Optional(nullable(Type.String({ maxLength: 1000 }))),
  environment: Type.Optional(nullable(Type.String({ maxLength: 64 }))),
  accessLevel: Type.Optional(Type.String({ maxLength: 64 })),
  scopes: Type.Optional(Scopes),
  resources: Type.Optional(Resources),
  allowedIps: Type.Optional(IpList),
  rateLimit: Type.Optional(nullable(RateLimit)),
  credits: Type.Optional(nullable(Credits)),
  metadata: Type.Optional(Metadata),
  tags: Type.Optional(Tags),
  externalId: Type.Optional(nullable(ExternalId)),
  expiresAt: Type.Optional(nullable(Time)),
}

export const CreateKeyBody = Type.Object(
  {
    ...CreateKeyFields,
    replaces: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Id of the key that this one takes over from, deleted or not: its history says so',
      }),
    ),
  },
  {
    ...strict,
    examples: [
      {
        name: 'ci-runner',
        scopes: ['records:read'],
        allowedIps: ['203.0.113.0/24'],
        rateLimit: { limit: 100, windowSeconds: 60 },
        expiresAt: '2027-01-31T12:00:00Z',
      },
    ],
  },
)

const KeyPatchFields = {
  name: Type.Optional(Name),
  description: Type.Optional(nullable(Type.String({ maxLength: 1000 }))),
  accessLevel: Type.Optional(Type.String({ maxLength: 64 })),
  scopes: Type.Optional(Scopes),
  resources: Type.Optional(nullable(record(64, nullable(Instances), { maxProperties: 20 }))),
  allowedIps: Type.Optional(nullable(IpList)),
  rateLimit: Type.Optional(nullable(Type.Partial(RateLimit, strict))),
  credits: Type.Optional(nullable(Type.Partial(Credits, strict))),
  metadata: Type.Optional(nullable(Metadata)),
  tags: Type.Optional(nullable(Tags)),
  externalId: Type.Optional(nullable(ExternalId)),
  expiresAt: Type.Optional(nullable(Time)),
}

export const EditKeyBody = Type.Object(KeyPatchFields, {
  ...strict,
  description: 'JSON Merge Patch (RFC 7396): what is absent stays, null removes; lists and metadata are replaced whole',
  examples: [{ name: 'ci-runner-2', scopes: ['records:read', 'records:write'], expiresAt: null }],
})

export const ImportBody = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          sha256: Type.String({
            ...spelt('sha256'),
            description: 'Of the whole secret, lower-case hexadecimal',
          }),
          prefix: Type.Optional(Type.String(spelt('keyPrefix'))),
          ...CreateKeyFields,
        },
        strict,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
  },
  {
    ...strict,
    examples: [
      { items: [{ name: 'old key', sha256: '0'.repeat(64), prefix: 'sk_live_12', scopes: ['records:read'] }] },
    ],
  },
)

export const RevokeBody = Type.Object(
  {
    reason: Type.Optional(oneOf(REVOKE_REASONS)),
    note: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  { ...strict, examples: [{ reason: 'superseded', note: 'moved to the new pipeline' }] },
)

export const RotateBody = Type.Object(
  {
    graceSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'How long the old secret still works; 0: it is dead when this returns',
      }),
    ),
    reason: Type.Optional(oneOf(['compromised'])),
  },
  { ...strict, examples: [{ graceSeconds: 3600 }] },
)

export const KeysQuery = Type.Object(
  {
    ...PageFields,
    status: Type.Optional(Type.Array(oneOf(STATUSES), { maxItems: 5, description: 'May be repeated' })),
    environment: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    scope: Type.Optional(Scope),
    createdBy: Type.Optional(Id),
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'In name, description and prefix, or the whole prefix of an earlier secret',
      }),
    ),
    unusedSince: Type.Optional(Time),
    expiresBefore: Type.Optional(Time),
    sort: oneOf(
      KEY_SORTS.flatMap((sort) => [sort, `-${sort}` as const]),
      { default: '-createdAt' },
    ),
  },
  strict,
)

export const ApiKeyShape = Type.Object(
  {
    id: Type.String(),
    organizationId: nullable(Type.String()),
    name: Type.String(),
    description: nullable(Type.String()),
    environment: nullable(Type.String()),
    prefix: Type.String(),
    status: oneOf(STATUSES),
    accessLevel: Type.String(),
    scopes: Type.Array(Type.String()),
    resources: Resources,
    allowedIps: Type.Array(Type.String()),
    rateLimit: nullable(RateLimit),
    credits: nullable(CreditsShape),
    metadata: Metadata,
    tags: Type.Array(Type.String()),
    externalId: nullable(Type.String()),
    createdAt: Time,
    createdBy: ActorRef,
    owner: nullable(ActorRef),
    updatedAt: Time,
    expiresAt: nullable(Time),
    rotatedAt: nullable(Time),
    previousSecret: nullable(Type.Object({ prefix: Type.String(), endsAt: Time, lastUsedAt: nullable(Time) }, strict)),
    revokedAt: nullable(Time),
    lastUsedAt: nullable(Time),
    lastUsedIp: nullable(Type.String()),
    version: Type.Integer(),
  },
  strict,
)

export const KeyChangeShape = Type.Object({ key: ApiKeyShape, receipt: ReceiptShape }, strict)

export const KeyIssuedShape = Type.Object(
  {
    key: ApiKeyShape,
    secret: nullable(Type.String({ description: 'Shown this once; null in a replayed answer' })),
    sampleRequest: nullable(Type.String()),
    replayed: Replayed,
    receipt: ReceiptShape,
  },
  strict,
)

export const ImportedShape = Type.Object(
  {
    items: Type.Array(
      Type.Union([
        Type.Object({ key: ApiKeyShape }, strict),
        Type.Object(
          {
            error: Type.Object(
              { code: Type.String(), message: Type.String(), details: Type.Record(Type.String(), Type.Unknown()) },
              strict,
            ),
          },
          strict,
        ),
      ]),
    ),
    receipt: ReceiptShape,
    replayed: Replayed,
  },
  strict,
)

export const KeyListShape = Type.Object(
  {
    items: Type.Array(ApiKeyShape),
    nextCursor: nullable(Type.String()),
    counts: Type.Object(
      {
        active: Type.Integer(),
        disabled: Type.Integer(),
        expired: Type.Integer(),
        pending: Type.Integer(),
        revoked: Type.Integer(),
      },
      { ...strict, description: 'Keys by status that match every filter but status' },
    ),
  },
  strict,
)

export const CreateServiceKeyBody = Type.Object(
  {
    name: Name,
    scopes: Type.Optional(Type.Array(Scope, { minItems: 1, maxItems: 50 })),
    organizationId: Type.Optional(nullable(Id)),
  },
  { ...strict, examples: [{ name: 'gateway', scopes: ['keys:verify'] }] },
)
