import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'

const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => Ajv2020

/** As much of an OpenAPI 3.1 document as is read here. */
export interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Partial<Record<Method, Operation>>>
  components: { securitySchemes: Record<string, unknown> }
}

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof METHODS)[number]

export interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
  security?: Record<string, string[]>[]
}

export type Schema = { [keyword: string]: unknown }

/** Every operation of the document. */
export function operationsOf({ paths }: Document): { method: Method; path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, path, operation }] : []
    }),
  )
}

/** The schema of a JSON body of this response. */
export function responseSchema({ responses }: Operation, status: number | 'default'): Schema | undefined {
  return (responses[status] ?? responses.default)?.content?.['application/json']?.schema
}

export function requestSchema({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content['application/json']?.schema
}

// What is a name is for the server to say: a format of its own, which JSON Schema lets others take as said.
const ajv = addFormats(new Ajv2020({ strict: true, allErrors: true })).addFormat('name', true)
const compiled = new WeakMap<Schema, ValidateFunction>()

/** What a value says beyond, or against, its schema. A property that the schema does not name is beyond it. */
export function faultsOf(schema: Schema, value: unknown): string[] {
  const validate = compiled.get(schema) ?? ajv.compile(closed(schema) as Schema)
  compiled.set(schema, validate)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`
  })
}

/** The schema with every object in it closed, also those that it leaves open. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (schema === null || typeof schema !== 'object') return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, closed(value)]))
  return 'properties' in inner && inner.type === 'object' ? { additionalProperties: false, ...inner } : inner
}
