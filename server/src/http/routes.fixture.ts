import type { TestApp } from '../testing/test-domain.ts'
import type { Access } from './declared-access.ts'

export interface Route {
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH'
  url: string
  access: Access
}

/** Every route there is, from the routes themselves: a new one is in this test without being added to it. */
export function routesOf({ app }: TestApp): Route[] {
  const routes: Route[] = []
  for (const line of app.accessOfRoutes()) {
    if (line.method !== 'HEAD') routes.push(line as Route)
  }
  return routes
}

/** They answer about keys, and another organization's key is one that does not exist. */
export const VERDICTS = ['/v1/keys/verify', '/v1/keys/verify-batch', '/v1/introspect']

export const OPERATORS_ONLY = [
  'PATCH /v1/organizations/:organization',
  'POST /v1/organizations/:organization/suspend',
  'POST /v1/organizations/:organization/resume',
  'DELETE /v1/organizations/:organization',
  'POST /v1/organizations/:organization/keys/import',
]
