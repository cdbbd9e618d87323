import type { TestApp } from '../testing/test-domain.ts'

/** Every route by which a service key changes something, from the routes themselves: a new one is in the tests without being added. */
export interface ChangingRoute {
  method: 'POST' | 'DELETE' | 'PATCH'
  url: string
  action: string
  /** The least that it takes. */
  body: object | undefined
  /** What has to be done to a new key before the route can succeed. */
  before: readonly { url: string; body: object }[]
}

const ORGANIZATION = '/v1/organizations/:organization'
const KEY = `${ORGANIZATION}/keys/:key`

/** Without it the answer would be about the body. */
export const LEAST_BODIES: Readonly<Record<string, object>> = {
  'POST /v1/organizations': { name: 'x' },
  [`PATCH ${ORGANIZATION}`]: { name: 'renamed' },
  [`POST ${ORGANIZATION}/keys`]: { name: 'x' },
  [`PATCH ${KEY}`]: { name: 'y' },
  [`POST ${ORGANIZATION}/keys/import`]: { items: [{ name: 'x', sha256: '0'.repeat(64) }] },
  'POST /v1/service-keys': { name: 'x' },
  [`POST ${ORGANIZATION}/invitations`]: { email: 'new@example.com', role: 'viewer' },
  [`PATCH ${ORGANIZATION}/members/:member`]: { role: 'admin' },
  [`POST ${ORGANIZATION}/reports/departed/resolve`]: { items: [{ key: 'key_none', decision: 'keep' }] },
  'POST /v1/people': { name: 'x', email: 'another@example.com' },
  'PATCH /v1/people/:person': { operator: true },
}

/** The same for what has to stand in the query. */
const LEAST_QUERIES: Readonly<Record<string, string>> = {
  [`${ORGANIZATION}/usage-by-key`]: '?key=:key',
}

const rotate = { url: `${KEY}/rotate`, body: { graceSeconds: 60 } }
const BEFORE: Readonly<Record<string, ChangingRoute['before']>> = {
  [`DELETE ${KEY}`]: [{ url: `${KEY}/revoke`, body: {} }],
  [`POST ${KEY}/enable`]: [{ url: `${KEY}/disable`, body: {} }],
  [`POST ${KEY}/rotation/finish`]: [rotate],
  [`POST ${KEY}/rotation/cancel`]: [rotate],
  [`POST ${ORGANIZATION}/resume`]: [{ url: `${ORGANIZATION}/suspend`, body: {} }],
}

export function changingRoutes({ app }: TestApp): ChangingRoute[] {
  return app.accessOfRoutes().flatMap(({ method, url, access, action, changes }) => {
    if (!changes || typeof access !== 'object') return []
    const name = `${method} ${url}`
    return [
      {
        method: method as ChangingRoute['method'],
        url,
        action: action ?? '',
        body: LEAST_BODIES[name],
        before: BEFORE[name] ?? [],
      },
    ]
  })
}

/**
 * With the least query that the route takes.
 * @param ids by their names in the path; what has none there is the id of nothing.
 */
export function fillPath(url: string, ids: Readonly<Record<string, unknown>>): string {
  return `${url}${LEAST_QUERIES[url] ?? ''}`.replace(/:(\w+)/g, (_, name: string) => {
    const id = ids[name]
    return typeof id === 'string' ? id : `${name}_none`
  })
}
