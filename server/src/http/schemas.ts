import { ERROR_CODES, STATUSES } from '@claviger/core'
import { type TSchema, Type } from 'typebox'
import { REVOKE_REASONS } from '../domain/records.ts'

/** The shapes of the HTTP interface: they validate, they type the handlers, and they are the OpenAPI document. */

const strict = { additionalProperties: false } as const
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** JSON Schema's plain `enum`; clients generated from it get a union of literals. */
const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })

export const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description: '1–100 characters' })
export const Id = Type.String({ minLength: 1, maxLength: 64 })
const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' })
const Scope = Type.String({ minLength: 1, maxLength: 128, examples: ['records:read', 'records:*', '*'] })
const Scopes = Type.Array(Scope, { maxItems: 200 })
const Resources = Type.Record(
  Type.String({ maxLength: 64 }),
  Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 1000 }),
  { maxProperties: 20, description: 'Instances the key may touch, by kind; a kind that is absent is not constrained' },
)
const Metadata = Type.Record(
  Type.String({ minLength: 1, maxLength: 64 }),
  Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean(), Type.Null()]),
  { maxProperties: 50 },
)
const RateLimit = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    windowSeconds: Type.Integer({ minimum: 1, maximum: 2_678_400 }),
  },
  strict,
)
const Credits = Type.Object(
  {
    remaining: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
    refill: Type.Optional(
      nullable(
        Type.Object(
          { amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }), interval: oneOf(['day', 'month']) },
          strict,
        ),
      ),
    ),
  },
  strict,
)

export const CreateKeyBody = Type.Object(
  {
    name: Name,
    description: Type.Optional(nullable(Type.String({ maxLength: 1000 }))),
    environment: Type.Optional(nullable(Type.String({ maxLength: 64 }))),
    accessLevel: Type.Optional(Type.String({ maxLength: 64 })),
    scopes: Type.Optional(Scopes),
    resources: Type.Optional(Resources),
    allowedIps: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 100 })),
    rateLimit: Type.Optional(nullable(RateLimit)),
    credits: Type.Optional(nullable(Credits)),
    metadata: Type.Optional(Metadata),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 50, uniqueItems: true })),
    externalId: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 200 }))),
    expiresAt: Type.Optional(nullable(Time)),
  },
  strict,
)

export const CreateOrganizationBody = Type.Object(
  {
    name: Name,
    externalId: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 200 }))),
    plan: Type.Optional(Type.String({ maxLength: 64, description: 'Of the product file; by default its first' })),
  },
  strict,
)

export const RevokeBody = Type.Object(
  {
    reason: Type.Optional(oneOf(REVOKE_REASONS)),
    note: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  strict,
)

export const RotateBody = Type.Object(
  {
    graceSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 0, description: '0: the old secret is dead when this returns' }),
    ),
  },
  strict,
)

export const VerifyBody = Type.Object(
  {
    // Its length is no error: whatever is sent as a key gets a verdict.
    key: Type.String(),
    scopes: Type.Optional(Scopes),
    resources: Type.Optional(
      Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 200 }), { maxProperties: 20 }),
    ),
    organizationId: Type.Optional(Id),
    ip: Type.Optional(Type.String({ maxLength: 64 })),
    cost: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, default: 1 })),
    client: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(Type.String({ maxLength: 200 })),
          userAgent: Type.Optional(Type.String({ maxLength: 500 })),
        },
        strict,
      ),
    ),
  },
  strict,
)

export const OrganizationPath = Type.Object({ organization: Id }, strict)
export const KeyPath = Type.Object({ organization: Id, key: Id }, strict)
export const PageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
    cursor: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
)

const ActorRef = Type.Object({ type: Type.String(), id: nullable(Type.String()), name: Type.String() })

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
    credits: nullable(Credits),
    metadata: Metadata,
    tags: Type.Array(Type.String()),
    externalId: nullable(Type.String()),
    createdAt: Time,
    createdBy: ActorRef,
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

export const OrganizationShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    externalId: nullable(Type.String()),
    plan: Type.String(),
    features: Type.Record(Type.String(), Type.Boolean()),
    suspendedAt: nullable(Time),
    createdAt: Time,
    version: Type.Integer(),
  },
  strict,
)

const ReceiptShape = Type.Union(
  [Type.Object({ effectiveAt: Time, verifiers: Type.Integer() }, strict), Type.Object({ effectiveBy: Time }, strict)],
  { description: 'Since when the change is in force on every verifier, or by when it will be' },
)

export const OrganizationChangeShape = Type.Object({ organization: OrganizationShape, receipt: ReceiptShape }, strict)
export const KeyChangeShape = Type.Object({ key: ApiKeyShape, receipt: ReceiptShape }, strict)
export const KeyIssuedShape = Type.Object(
  {
    key: ApiKeyShape,
    secret: Type.String({ description: 'Shown this once' }),
    sampleRequest: Type.String(),
    receipt: ReceiptShape,
  },
  strict,
)
export const DeletedShape = Type.Object({ receipt: ReceiptShape }, strict)

export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) }, strict)

const VerifiedKeyShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    organizationId: nullable(Type.String()),
    environment: nullable(Type.String()),
    scopes: Type.Array(Type.String()),
    resources: Resources,
    metadata: Metadata,
    expiresAt: nullable(Time),
  },
  strict,
)

export const VerdictShape = Type.Union([
  Type.Object(
    {
      valid: Type.Literal(true),
      code: Type.Literal('VALID'),
      key: VerifiedKeyShape,
      rateLimit: nullable(
        Type.Object({ limit: Type.Integer(), remaining: Type.Integer(), resetSeconds: Type.Number() }, strict),
      ),
      requestId: Type.String(),
    },
    strict,
  ),
  Type.Object(
    { valid: Type.Literal(false), code: Type.String(), message: Type.String(), requestId: Type.String() },
    strict,
  ),
])

export const SelfShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    prefix: Type.String(),
    organizationId: nullable(Type.String()),
    environment: nullable(Type.String()),
    scopes: Type.Array(Type.String()),
    resources: Resources,
    expiresAt: nullable(Time),
  },
  strict,
)

export const ErrorShape = Type.Object(
  {
    error: Type.Object(
      {
        code: oneOf(Object.keys(ERROR_CODES)),
        message: Type.String(),
        details: Type.Record(Type.String(), Type.Unknown()),
        requestId: Type.String(),
      },
      strict,
    ),
  },
  strict,
)
