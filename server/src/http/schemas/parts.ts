import { type TSchema, Type } from 'typebox'

/** Pieces that the shapes of the HTTP interface share. All of them validate, type the handlers, and are the OpenAPI document. */

export const strict = { additionalProperties: false } as const

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** JSON Schema's plain `enum`; clients generated from it get a union of literals. */
export const oneOf = <const T extends readonly string[]>(values: T, more: { default?: T[number] } = {}) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...more })

/**
 * An object whose members have names of their own choice: 1 to `nameLength` characters, none of them a control
 * character. A plain record would take any other name with any value.
 */
export function record<Value extends TSchema>(
  nameLength: number,
  value: Value,
  options: { maxProperties: number; description?: string },
) {
  const name = Type.String({ pattern: `^[^\\u0000-\\u001f\\u007f]{1,${nameLength}}$` })
  return Type.Record(name, value, { ...options, ...strict })
}

export const Name = Type.String({
  maxLength: 100,
  format: 'name',
  description: '1–100 characters, at least one of them visible',
  examples: ['ci-runner'],
})

export const Id = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'As this API gave it, like `key_…` or `org_…`',
})

export const Time = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC',
  examples: ['2027-01-31T12:00:00Z'],
})

export const Scope = Type.String({ minLength: 1, maxLength: 128, examples: ['records:read', 'records:*', '*'] })

export const Scopes = Type.Array(Scope, { maxItems: 200 })

export const ExternalId = Type.String({ minLength: 1, maxLength: 200 })

export const Instances = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 1000 })

export const Resources = record(64, Instances, {
  maxProperties: 20,
  description: 'Instances the key may touch, by kind; a kind that is absent is not constrained',
})

export const Metadata = record(
  64,
  Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean(), Type.Null()]),
  { maxProperties: 50 },
)

export const ActorRef = Type.Object({ type: Type.String(), id: nullable(Type.String()), name: Type.String() })

export const ReceiptShape = Type.Union(
  [Type.Object({ effectiveAt: Time, verifiers: Type.Integer() }, strict), Type.Object({ effectiveBy: Time }, strict)],
  { description: 'Since when the change is in force on every verifier, or by when it will be' },
)

export const Replayed = Type.Optional(Type.Literal(true, { description: 'The answer to the same request sent before' }))

export const DeletedShape = Type.Object({ receipt: ReceiptShape }, strict)

export const OrganizationPath = Type.Object({ organization: Id }, strict)

export const KeyPath = Type.Object({ organization: Id, key: Id }, strict)

export const PageFields = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'Items on a page' }),
  cursor: Type.Optional(Type.String({ maxLength: 2000, description: 'The `nextCursor` of the page before' })),
}

export const PageQuery = Type.Object(PageFields, strict)

export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) }, strict)
