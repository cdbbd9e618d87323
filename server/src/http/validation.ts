import { isVisibleName } from '@claviger/core'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { FastifySchemaCompiler } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { App } from './type-provider.ts'

const isDateTime = fullFormats['date-time'] as { validate: (text: string) => boolean }

const formats = {
  /** Names are shown to people, so there has to be something to see. */
  name: isVisibleName,
  /** RFC 3339 without what clocks here cannot count: leap seconds, and offsets of hours alone. */
  'date-time': (text: string) => isDateTime.validate(text) && !Number.isNaN(Date.parse(text)),
}

/** Bodies are taken as they are: nothing is coerced, defaulted or dropped. */
const strict = new Ajv2020({ allErrors: true, strict: true, formats })

/** What stands in a URL is always text, so numbers and truth values are read from it. */
const fromText = new Ajv2020({ allErrors: true, strict: true, coerceTypes: 'array', useDefaults: true, formats })

/** A whole number as people write one; what else JavaScript reads as a number (`0x10`, `1e2`, ` 5`) is none here. */
const DECIMAL = /^-?(?:0|[1-9]\d*)$/

export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) =>
  httpPart === 'body' ? whenAsked(strict, schema) : readsDecimals(whenAsked(fromText, schema), schema)

interface Check {
  (values: unknown): boolean
  /** Of the last values that did not pass. */
  errors: ErrorObject[]
}

/** Compiled when its route is asked for the first time: all of them together are a sixth of a server's start. */
function whenAsked(ajv: Ajv2020, schema: TSchema): Check {
  let compiled: ValidateFunction | undefined
  const check: Check = (values) => {
    compiled ??= ajv.compile(schema)
    const valid = compiled(values)
    if (!valid) check.errors = compiled.errors ?? []
    return valid
  }
  check.errors = []
  return check
}

function readsDecimals(validate: Check, schema: TSchema): Check {
  const { properties = {} } = schema as { properties?: Record<string, { type?: unknown }> }
  const numbers = Object.keys(properties).filter((name) => properties[name]?.type === 'integer')
  if (numbers.length === 0) return validate
  const read: Check = (values) => {
    const texts = values as Record<string, unknown>
    const wrong = numbers.find((name) => typeof texts[name] === 'string' && !DECIMAL.test(texts[name]))
    const valid = wrong === undefined && validate(values)
    if (!valid) read.errors = wrong === undefined ? validate.errors : [noDecimal(wrong)]
    return valid
  }
  read.errors = []
  return read
}

function noDecimal(name: string): ErrorObject {
  const message = 'must be a whole number in decimal digits'
  return { keyword: 'type', instancePath: `/${name}`, schemaPath: '', params: {}, message }
}

const NO_QUERY = Type.Object({}, { additionalProperties: false })

/** A query that a route does not read is refused like any other input it does not know. */
export function refuseUnknownQueries(app: App): void {
  app.addHook('onRoute', (route) => {
    // Whoever watches a server may add what it likes to what everybody can see.
    if (route.config?.access !== 'anyone') route.schema = { querystring: NO_QUERY, ...route.schema }
  })
}
