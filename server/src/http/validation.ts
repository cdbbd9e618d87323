import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'

const addFormats = addFormatsModule as unknown as (ajv: Ajv2020, formats: string[]) => Ajv2020

/** Bodies are taken as they are: nothing is coerced, defaulted or dropped. */
const strict = addFormats(new Ajv2020({ allErrors: true, strict: true }), ['date-time'])

/** What stands in a URL is always text, so numbers and truth values are read from it. */
const fromText = addFormats(new Ajv2020({ allErrors: true, strict: true, coerceTypes: 'array', useDefaults: true }), [
  'date-time',
])

export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? strict : fromText).compile(schema)
