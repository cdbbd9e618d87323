import { DENY_CODES, STATUSES } from '@claviger/core'
import { Type } from 'typebox'
import { Id, Metadata, nullable, oneOf, Resources, record, Scopes, strict, Time } from './parts.ts'
import { spelt } from './spellings.ts'

/** Questions about keys, and their answers. */

export const VerifyBody = Type.Object(
  {
    // Its length is no error: whatever is sent as a key gets a verdict.
    key: Type.String({ description: 'As the end caller sent it' }),
    scopes: Type.Optional(Scopes),
    resources: Type.Optional(
      record(64, Type.String({ maxLength: 200 }), {
        maxProperties: 20,
        description: 'What the request is about, by kind',
      }),
    ),
    organizationId: Type.Optional(Id),
    ip: Type.Optional(
      Type.String({
        maxLength: 64,
        ...spelt('ascii'),
        description: 'Of the end caller',
        examples: ['203.0.113.9'],
      }),
    ),
    cost: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        default: 1,
        description: 'Taken from credits and limit if it may pass',
      }),
    ),
    client: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(Type.String({ maxLength: 200, ...spelt('storable') })),
          userAgent: Type.Optional(Type.String({ maxLength: 500, ...spelt('storable') })),
        },
        { ...strict, description: 'Who presented the key, as far as you know; shown as its callers' },
      ),
    ),
  },
  { ...strict, examples: [{ key: 'acme_…', scopes: ['records:read'], ip: '203.0.113.9' }] },
)

export const VerifyBatchBody = Type.Object(
  { items: Type.Array(VerifyBody, { minItems: 1, maxItems: 100, description: 'Answered in this order' }) },
  strict,
)

export const IntrospectBody = Type.Object(
  { token: Type.String(), token_type_hint: Type.Optional(Type.String({ maxLength: 64 })) },
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
    { valid: Type.Literal(false), code: oneOf(DENY_CODES), message: Type.String(), requestId: Type.String() },
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
