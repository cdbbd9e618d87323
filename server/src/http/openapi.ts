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
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      return {
        url,
        schema: {
          ...schema,
          ...(access === undefined ? {} : { security: securityOf(access) }),
          response: {
            ...(schema?.response as object | undefined),
            default: { description: 'An error', ...ErrorShape },
          },
        },
      }
    },
  }
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'anyone') return []
  if (access === 'holder') return [{ key: [] }, { keyHeader: [] }]
  return [{ serviceKey: [access.service] }]
}
