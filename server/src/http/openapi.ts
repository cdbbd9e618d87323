import type { Product } from '@claviger/core'
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { Access } from './access.ts'
import { ErrorShape } from './schemas/errors.ts'

/** The OpenAPI document is made of the routes themselves, so it cannot say anything else than they do. */
export function openApiOptions({ name }: Product): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: { title: `${name}: keys`, description: 'API keys, served by Claviger.', version: '1' },
      components: {
        securitySchemes: {
          serviceKey: { type: 'http', scheme: 'bearer', description: 'A service key (clv_…) of the operator' },
          key: { type: 'http', scheme: 'bearer', description: "The holder's own key" },
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
      const access = route.config?.access
      return {
        url,
        schema: {
          ...schema,
          ...(access === undefined ? {} : { security: securityOf(access) }),
          ...(route.config?.bodyOptional ? { [BODY_OPTIONAL]: true } : {}),
          response: {
            ...(schema?.response as object | undefined),
            default: { description: 'An error', ...ErrorShape },
          },
        },
      }
    },
  }
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
  return [{ serviceKey: [access.service] }]
}
