import { ERROR_CODES, STATUSES } from '@claviger/core'
import { type TSchema, Type } from 'typebox'
import { KEY_SORTS } from '../domain/key-query.ts'
import { REVOKE_REASONS } from '../domain/records.ts'

/** The shapes of the HTTP interface: they validate, they type the handlers, and they are the OpenAPI document. */

export const strict = { additionalProperties: false } as const
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** JSON Schema's plain `enum`; clients generated from it get a union of literals. */
const oneOf = <const T extends readonly string[]>(values: T, more: { default?: T[number] } = {}) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...more })

export const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description: '1–100 characters' })
export const Id = Type.String({ minLength: 1, maxLength: 64 })
const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' })
const Scope = Type.String({ minLength: 1, maxLength: 128, examples: ['records:read', 'records:*', '*'] })
const Scopes = Type.Array(Scope, { maxItems: 200 })
const Instances = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 1000 })
const Resources = Type.Record(Type.String({ maxLength: 64 }), Instances, {
  maxProperties: 20,
  description: 'Instances the key may touch, by kind; a kind that is absent is not constrained',
})
const IpList = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 100 })
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 50, uniqueItems: true })
const ExternalId = Type.String({ minLength: 1, maxLength: 200 })
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

export const CreateKeyBody = Type.Object(CreateKeyFields, strict)

export const CreateOrganizationBody = Type.Object(
  {
    name: Name,
    externalId: Type.Optional(nullable(ExternalId)),
    plan: Type.Optional(Type.String({ maxLength: 64, description: 'Of the product file; by default its first' })),
  },
  strict,
)

const KeyPatchFields = {
  name: Type.Optional(Name),
  description: Type.Optional(nullable(Type.String({ maxLength: 1000 }))),
  accessLevel: Type.Optional(Type.String({ maxLength: 64 })),
  scopes: Type.Optional(Scopes),
  resources: Type.Optional(
    nullable(Type.Record(Type.String({ maxLength: 64 }), nullable(Instances), { maxProperties: 20 })),
  ),
  allowedIps: Type.Optional(nullable(IpList)),
  rateLimit: Type.Optional(nullable(Type.Partial(RateLimit))),
  credits: Type.Optional(nullable(Type.Partial(Credits))),
  metadata: Type.Optional(nullable(Metadata)),
  tags: Type.Optional(nullable(Tags)),
  externalId: Type.Optional(nullable(ExternalId)),
  expiresAt: Type.Optional(nullable(Time)),
}

export const EditKeyBody = Type.Object(KeyPatchFields, {
  ...strict,
  description: 'JSON Merge Patch (RFC 7396): what is absent stays, null removes; lists and metadata are replaced whole',
})

export const ImportBody = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          sha256: Type.String({
            pattern: '^[0-9a-f]{64}$',
            description: 'Of the whole secret, lower-case hexadecimal',
          }),
          prefix: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,24}$' })),
          ...CreateKeyFields,
        },
        strict,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
  },
  strict,
)

export const EditOrganizationBody = Type.Object(
  {
    name: Type.Optional(Name),
    externalId: Type.Optional(nullable(ExternalId)),
    plan: Type.Optional(Type.String({ maxLength: 64 })),
    features: Type.Optional(
      nullable(Type.Record(Type.String({ maxLength: 64 }), nullable(Type.Boolean()), { maxProperties: 50 })),
    ),
  },
  { ...strict, description: 'JSON Merge Patch (RFC 7396)' },
)

export const CreateServiceKeyBody = Type.Object(
  {
    name: Name,
    scopes: Type.Optional(Type.Array(Scope, { minItems: 1, maxItems: 50 })),
    organizationId: Type.Optional(nullable(Id)),
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
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'How long the old secret still works; 0: it is dead when this returns',
      }),
    ),
  },
  strict,
)

const VerifyFields = Type.Object(
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

export const VerifyBody = VerifyFields

export const VerifyBatchBody = Type.Object(
  { items: Type.Array(VerifyFields, { minItems: 1, maxItems: 100, description: 'Answered in this order' }) },
  strict,
)

export const IntrospectBody = Type.Object(
  { token: Type.String(), token_type_hint: Type.Optional(Type.String({ maxLength: 64 })) },
  strict,
)

export const OrganizationPath = Type.Object({ organization: Id }, strict)
export const KeyPath = Type.Object({ organization: Id, key: Id }, strict)
const PageFields = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 2000 })),
}
export const PageQuery = Type.Object(PageFields, strict)
export const OrganizationsQuery = Type.Object({ ...PageFields, externalId: Type.Optional(ExternalId) }, strict)
export const KeysQuery = Type.Object(
  {
    ...PageFields,
    status: Type.Optional(Type.Array(oneOf(STATUSES), { maxItems: 5, description: 'May be repeated' })),
    environment: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    scope: Type.Optional(Scope),
    createdBy: Type.Optional(Id),
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'In name, description and prefix' })),
    unusedSince: Type.Optional(Time),
    expiresBefore: Type.Optional(Time),
    sort: oneOf(
      KEY_SORTS.flatMap((sort) => [sort, `-${sort}` as const]),
      { default: '-createdAt' },
    ),
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

export const ReceiptShape = Type.Union(
  [Type.Object({ effectiveAt: Time, verifiers: Type.Integer() }, strict), Type.Object({ effectiveBy: Time }, strict)],
  { description: 'Since when the change is in force on every verifier, or by when it will be' },
)

const Replayed = Type.Optional(Type.Literal(true, { description: 'The answer to the same request sent before' }))
export const OrganizationChangeShape = Type.Object(
  { organization: OrganizationShape, receipt: ReceiptShape, replayed: Replayed },
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
export const DeletedShape = Type.Object({ receipt: ReceiptShape }, strict)

export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) }, strict)

export const KeyListShape = Type.Object(
  {
    items: Type.Array(ApiKeyShape),
    nextCursor: nullable(Type.String()),
    counts: Type.Record(oneOf(STATUSES), Type.Integer(), {
      description: 'Keys by status that match every filter but status',
    }),
  },
  strict,
)

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
    status: oneOf(STATUSES),
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

export const IntrospectionShape = Type.Object({
  active: Type.Boolean(),
  token_type: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  sub: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
  scope: Type.Optional(Type.String({ description: 'Separated by spaces' })),
  organization_id: Type.Optional(Type.String()),
  exp: Type.Optional(Type.Integer({ description: 'Seconds since 1970' })),
})

export const CatalogShape = Type.Object(
  {
    scopes: Type.Array(
      Type.Object({ id: Type.String(), description: Type.String(), resourceKinds: Type.Array(Type.String()) }, strict),
    ),
    accessLevels: Type.Array(
      Type.Object({ id: Type.String(), label: Type.String(), scopes: Type.Array(Type.String()) }, strict),
    ),
    environments: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          label: Type.String(),
          tag: nullable(Type.String()),
          rotationDays: nullable(Type.Integer()),
          approval: oneOf(['none', 'admin']),
        },
        strict,
      ),
    ),
    resourceKinds: Type.Array(Type.Object({ id: Type.String(), label: Type.String() }, strict)),
    plan: Type.Object({ id: Type.String(), maxKeys: nullable(Type.Integer()) }, strict),
    features: Type.Record(Type.String(), Type.Boolean()),
    words: Type.Record(Type.String(), Type.String()),
  },
  strict,
)

export const AuditEventShape = Type.Object(
  {
    id: Type.String(),
    at: Time,
    actor: Type.Object(
      {
        type: Type.String(),
        id: nullable(Type.String()),
        name: Type.String(),
        ip: nullable(Type.String()),
        userAgent: nullable(Type.String()),
      },
      strict,
    ),
    action: Type.String(),
    target: Type.Object({ type: Type.String(), id: Type.String(), name: Type.String() }, strict),
    changes: Type.Record(Type.String(), Type.Unknown()),
    outcome: oneOf(['success', 'refused']),
    requestId: Type.String(),
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
