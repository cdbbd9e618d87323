import fc from 'fast-check'
import type { Schema } from './openapi-document.fixture.ts'

/** Values for members of certain names, where the schema alone would never hit what the server knows. */
export type Hints = Readonly<Record<string, fc.Arbitrary<unknown>>>

/** Values that fit a schema. Keywords that are not read here can make one not fit; it is a fuzz, not a promise. */
export function valuesOf(schema: Schema, hints: Hints): fc.Arbitrary<unknown> {
  const { anyOf, enum: choices, const: only } = schema as { anyOf?: Schema[]; enum?: unknown[]; const?: unknown }
  if (anyOf) return fc.oneof(...anyOf.map((each) => valuesOf(each, hints)))
  if (choices) return fc.constantFrom(...choices)
  if ('const' in schema) return fc.constant(only)
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, hints)
    case 'array':
      return fc.array(valuesOf((schema.items ?? {}) as Schema, hints), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: 4,
      })
    case 'string':
      return stringsOf(schema)
    case 'integer':
    case 'number': {
      const { minimum = -1e9, maximum = 1e9 } = schema as { minimum?: number; maximum?: number }
      return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum))
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue()
  }
}

function objectsOf(schema: Schema, hints: Hints): fc.Arbitrary<unknown> {
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = schema as {
    properties?: Record<string, Schema>
    required?: string[]
    additionalProperties?: Schema | boolean
  }
  const named = Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const fitting = valuesOf(value, hints)
      const hint = hints[name]
      return [name, hint ? fc.oneof({ weight: 4, arbitrary: hint }, { weight: 1, arbitrary: fitting }) : fitting]
    }),
  )
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(fc.string({ maxLength: 20 }), valuesOf(additionalProperties, hints), { maxKeys: 3 })
  }
  return fc.record(named, { requiredKeys: required })
}

function stringsOf({ format, pattern, minLength = 0, maxLength = 30 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern))
  const least = Number(minLength)
  return fc.string({ unit: 'binary', minLength: least, maxLength: Math.max(least, Math.min(Number(maxLength), 40)) })
}
