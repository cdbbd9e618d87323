import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'
import { type Document, METHODS, type Operation, operationsOf, type Schema } from './openapi-document.fixture.ts'

const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => Ajv2020
const ajv = addFormats(new Ajv2020({ strict: true })).addFormat('name', true)

/** What of a document is not as OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1) has it. Schemas there are JSON Schema 2020-12. */
export function structuralFaults(document: Document): string[] {
  const faults: string[] = []
  const expectThat = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  expectThat(/^3\.1\.\d+$/.test(document.openapi), 'openapi is no 3.1 version')
  expectThat(isText(document.info.title) && isText(document.info.version), 'info lacks title or version')
  for (const [path, item] of Object.entries(document.paths)) {
    expectThat(path.startsWith('/') && !path.includes(':'), `${path} is no path template`)
    for (const member of Object.keys(item)) {
      expectThat((METHODS as readonly string[]).includes(member), `${path} has a member ${member}`)
    }
  }
  const shapes = Object.keys(document.paths).map((path) => path.replace(/\{[^}]*\}/g, '{}'))
  expectThat(new Set(shapes).size === shapes.length, 'two paths match the same requests')
  const ids = operationsOf(document).flatMap(({ operation }) =>
    'operationId' in operation ? [operation.operationId] : [],
  )
  expectThat(new Set(ids).size === ids.length, 'two operations share an id')
  for (const { method, path, operation } of operationsOf(document)) {
    for (const fault of operationFaults(document, path, operation)) faults.push(`${method} ${path}: ${fault}`)
  }
  return faults
}

function operationFaults({ components }: Document, path: string, operation: Operation): string[] {
  const { parameters = [], requestBody, responses, security = [] } = operation
  const faults: string[] = []
  const named = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name).sort()
  const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
  if (named.join() !== declared.sort().join()) faults.push(`path parameters ${declared} are not those of the path`)
  const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
  if (new Set(keys).size !== keys.length) faults.push('a parameter is declared twice')
  for (const parameter of parameters) {
    if (!['path', 'query', 'header', 'cookie'].includes(parameter.in)) faults.push(`a parameter in ${parameter.in}`)
    if (parameter.in === 'path' && parameter.required !== true) faults.push(`${parameter.name} is not required`)
    faults.push(...schemaFaults(`parameter ${parameter.name}`, parameter.schema))
  }
  if (requestBody) faults.push(...contentFaults('request', requestBody.content))
  if (Object.keys(responses).length === 0) faults.push('has no responses')
  for (const [status, { description, content }] of Object.entries(responses)) {
    if (status !== 'default' && !/^[1-5](?:\d\d|XX)$/.test(status)) faults.push(`${status} is no status`)
    if (!isText(description)) faults.push(`response ${status} has no description`)
    if (content) faults.push(...contentFaults(`response ${status}`, content))
  }
  for (const name of security.flatMap((requirement) => Object.keys(requirement))) {
    if (!(name in components.securitySchemes)) faults.push(`there is no security scheme ${name}`)
  }
  return faults
}

function contentFaults(where: string, content: Record<string, { schema: Schema }>): string[] {
  const types = Object.entries(content)
  if (types.length === 0) return [`${where} has no content type`]
  return types.flatMap(([type, { schema }]) => [
    ...(/^[a-z]+\/[a-z0-9.+-]+$/.test(type) ? [] : [`${type} is no media type`]),
    ...schemaFaults(`${where} ${type}`, schema),
  ])
}

function schemaFaults(where: string, schema: unknown): string[] {
  if (schema === null || typeof schema !== 'object') return [`${where} has no schema`]
  try {
    ajv.compile(schema)
    return []
  } catch (error) {
    return [`${where}: ${(error as Error).message}`]
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
