import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { DENIALS, type VerifyRequest } from '@claviger/core'
import { createClient } from '@claviger/sdk'
import { afterAll } from 'vitest'

/** What a request needs, by its method and path. */
export type Needs = (method: string, path: string) => Pick<VerifyRequest, 'scopes' | 'resources'>

const CODES = { 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 429: 'RATE_LIMITED' } as const

/**
 * A vendor's own API, which lets nobody in without asking for a verdict. It stands behind the vendor's proxy, and takes
 * the organization that a client names from `X-Organization-Id`.
 * @returns its address.
 */
export async function startVendorApi(claviger: string, serviceKey: string, needs: Needs): Promise<string> {
  const client = createClient({ url: claviger, key: serviceKey })
  const server = createServer(async ({ method = '', url = '', headers, socket }, response) => {
    try {
      const key = (headers.authorization ?? '').replace(/^Bearer /, '')
      const organizationId = text(headers['x-organization-id'])
      const ip = text(headers['x-forwarded-for']) ?? socket.remoteAddress
      const verdict = await client.keys.verify({
        key,
        ...needs(method, url),
        ...(organizationId === undefined ? {} : { organizationId }),
        ...(ip === undefined ? {} : { ip }),
        client: headers['user-agent'] === undefined ? {} : { userAgent: headers['user-agent'] },
      })
      if (verdict.valid) return answer(response, method === 'POST' ? 201 : 200, { for: verdict.key.organizationId })
      const status = DENIALS[verdict.code].outward
      const { message, requestId } = verdict
      answer(response, status, { error: { code: CODES[status], message, details: {}, requestId } })
    } catch (error) {
      answer(response, 503, { error: { code: 'UNAVAILABLE', message: String(error), details: {}, requestId: null } })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  return `http://127.0.0.1:${address.port}`
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function text(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}
