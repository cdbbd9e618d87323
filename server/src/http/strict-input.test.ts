import { describe, expect, test } from 'vitest'
import { signedIn } from '../testing/browser.ts'
import { startWithOrganization as start } from './organization.fixture.ts'

describe('a query', () => {
  test('that a route does not read is refused on every route with a credential, and where all may look it is not', async () => {
    const server = await start()
    const { app, call, organization, create } = server
    const { key, secret } = await create()
    const { browser } = await signedIn(server)
    for (const { method, url, access, changes } of app.accessOfRoutes()) {
      if (method === 'HEAD' || url.includes('*')) continue
      const path = url.replace(':organization', organization.id).replace(':key', key.id)
      if (access === 'anyone') {
        const { statusCode } = await app.inject({ method: method as 'GET', url: `${path}?colour=red` })
        // Nothing about the query: a question without its body, a change that does not say where it comes from.
        const expected = changes ? [403] : method === 'GET' ? [200, 302, 404] : [400]
        expect(expected, url).toContain(statusCode)
        continue
      }
      const sending =
        access === 'holder' ? { key: secret } : access === 'person' ? { key: null, headers: browser.headers } : {}
      const { status, body } = await call(method as 'GET', `${path}?colour=red`, sending)
      expect(status, `${method} ${url}`).toBe(400)
      // A body that is missing may be told first.
      if (method === 'GET' || method === 'DELETE') expect(body.error.details).toHaveProperty('colour')
    }
  })

  test.each(['0x10', '1e1', '+5', '05', ' 5', '5 ', '5.0', '٥', '5n', '', '1_0', 'Infinity'])(
    'with limit=%s means no number',
    async (limit) => {
      const { call, base } = await start()
      for (const url of [`${base}/keys`, `${base}/audit`, '/v1/organizations', '/v1/service-keys']) {
        const { status, body } = await call('GET', `${url}?limit=${encodeURIComponent(limit)}`)
        expect([status, body.error?.code], url).toEqual([400, 'VALIDATION_FAILED'])
        expect(Object.keys(body.error.details)).toEqual(['limit'])
      }
      expect((await call('GET', `${base}/keys?limit=16`)).status).toBe(200)
    },
  )
})

describe('an empty body with a type', () => {
  const headers = { 'content-type': 'application/json' }

  test('is none where none is needed', async () => {
    const { call, base, create } = await start()
    const { key } = await create()
    const revoked = await call('POST', `${base}/keys/${key.id}/revoke`, { headers })
    expect([revoked.status, revoked.body.key.status]).toEqual([200, 'revoked'])
    expect((await call('DELETE', `${base}/keys/${key.id}`, { headers })).status).toBe(200)
  })

  test('is refused where one is needed', async () => {
    const { call, base } = await start()
    for (const url of ['/v1/organizations', `${base}/keys`, '/v1/keys/verify', '/v1/introspect']) {
      const { status, body } = await call('POST', url, { headers })
      expect([status, body.error.code], url).toEqual([400, 'MALFORMED_REQUEST'])
    }
  })
})

test('of two members with one name the last counts, for the check and for what is done alike', async () => {
  const { call, base } = await start()
  const headers = { 'content-type': 'application/json' }
  const twice = (first: string, last: string) =>
    call('POST', `${base}/keys`, { body: `{"name":${first},"name":${last}}`, headers })
  expect((await twice('1', '"b"')).body.key.name).toBe('b')
  expect((await twice('"b"', '1')).status).toBe(400)
})
