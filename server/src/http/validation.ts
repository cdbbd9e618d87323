import { Ajv2020 } from 'ajv/dist/2020.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'

const isDateTime = fullFormats['date-time'] as { validate: (text: string) => boolean }

/** RFC 3339 without what clocks here cannot count: leap seconds, and offsets of hours alone. */
const formats = {
  'date-time': (text: string) => isDateTime.validate(text) && !Number.isNaN(Date.parse(text)),
}

/** Bodies are taken as they are: nothing is coerced, defaulted or dropped. */
const strict = new Ajv2020({ allErrors: true, strict: true, formats })

/** What stands in a URL is always text, so numbers and truth values are read from it. */
const fromText = new Ajv2020({ allErrors: true, strict: true, coerceTypes: 'array', useDefaults: true, formats })

export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? strict : fromText).compile(schema)
