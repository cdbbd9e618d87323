import { type Product, RIGHTS } from '@claviger/core'
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { Access } from './declared-access.ts'
import { GROUPS, INTRODUCTION } from './openapi-text.ts'
import { ErrorShape } from './schemas/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Reads `Idempotency-Key`. */
    repeatable?: boolean
    /** Reads `If-Match`. */
    versioned?: boolean
  }
}

/** The OpenAPI document is made of the routes themselves, so it cannot say anything else than they do. */
export function openApiOptions({ name }: Product): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: { title: `${name}: keys`, description: INTRODUCTION, version: '1' },
      tags: Object.entries(GROUPS).map(([tag, description]) => ({ name: tag, description })),
      components: {
        securitySchemes: {
          serviceKey: { type: 'http', scheme: 'bearer', description: 'A service key (clv_…) of the operator' },
          key: { type: 'http', scheme: 'bearer', description: "The holder's own key" },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'claviger.session_token',
            description: 'A person who is signed in; over HTTPS the name begins `__Host-`',
          },
          keyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: "The holder's own key" },
        },
      },
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new TypeError('the document is OpenAPI 3')
      finish(document.openapiObject as Parameters<typeof finish>[0])
      return document.openapiObject
    },
    transform: ({ schema, url, route }) => {
      const { access, bodyOptional, repeatable, versioned } = route.config ?? {}
      const properties = { ...(repeatable ? REPEATABLE : {}), ...(versioned ? VERSIONED : {}) }
      return {
        url,
        schema: {
          operationId: operationId(String(route.method), url),
          ...schema,
          ...(access === undefined ? {} : { security: securityOf(access), description: describe(access, schema) }),
          ...(bodyOptional ? { [BODY_OPTIONAL]: true } : {}),
          ...(Object.keys(properties).length === 0 ? {} : { headers: { type: 'object', properties } }),
          response: {
            ...withMeaning(schema?.response as Record<string, object> | undefined),
            default: { description: 'An error; `error.code` says which', ...ErrorShape },
          },
        },
      }
    },
  }
}

const REPEATABLE = {
  'Idempotency-Key': {
    type: 'string',
    pattern: '^[\\x21-\\x7e]{1,255}$',
    description: 'Your own name for this request: sent again within a day it is not done again',
  },
} as const

const VERSIONED = {
  'If-Match': {
    type: 'string',
    description: 'The version that this is based on, in quotes; another one is a 409',
    examples: ['"3"'],
  },
} as const

const MEANINGS: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Done, and in force everywhere by the time that the receipt says',
}

function withMeaning(responses: Record<string, object> = {}): Record<string, object> {
  const named = Object.entries(responses).map(([status, shape]) => [
    status,
    { description: MEANINGS[status], ...shape },
  ])
  return Object.fromEntries(named)
}

/** `POST /v1/organizations/:organization/keys` is `postOrganizationsByOrganizationKeys`. */
function operationId(method: string, url: string): string {
  const words = url
    .replace(/^\/v1\//, '/')
    .split(/[/-]/)
    .filter((word) => word !== '')
    .map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)))
  return method.toLowerCase() + words.join('')
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function describe(access: Access, schema: { description?: string } | undefined): string {
  const said = schema?.description === undefined ? '' : `${schema.description}\n\n`
  if (access === 'anyone') return `${said}Needs no credential.`
  if (access === 'holder') return `${said}Needs the key that it is about.`
  if (access === 'person') return `${said}Needs a session: whoever is signed in.`
  const right = access.right ?? access.service
  const people = (RIGHTS as readonly string[]).includes(right) ? `the right \`${right}\` there` : 'an operator account'
  return `${said}Needs a service key with the scope \`${access.service}\`, or a session of somebody with ${people}.`
}

/** Carries what a route says of its body to where the document is finished; it is taken out there. */
const BODY_OPTIONAL = 'x-body-optional'

interface Operation {
  requestBody?: { required?: boolean }
  [BODY_OPTIONAL]?: boolean
}

function finish(document: { paths?: Record<string, Record<string, Operation>> }): void {
  for (const operation of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path))) {
    if (operation[BODY_OPTIONAL] && operation.requestBody) operation.requestBody.required = false
    delete operation[BODY_OPTIONAL]
  }
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'anyone') return []
  if (access === 'holder') return [{ key: [] }, { keyHeader: [] }]
  if (access === 'person') return [{ session: [] }]
  return [{ serviceKey: [access.service] }, { session: [] }]
}
