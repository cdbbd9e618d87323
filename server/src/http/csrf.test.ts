import { expect, test } from 'vitest'
import { Browser, signedIn } from '../testing/browser.ts'
import { startApp, TEST_URL } from '../testing/test-domain.ts'
import { fillPath, LEAST_BODIES } from './every-change.fixture.ts'

/** What a browser says of a request that a page of another site makes it send, and what none says. */
const FOREIGN: readonly Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: `${TEST_URL}.evil.example` },
  { origin: 'http://127.0.0.1:4281' },
  {},
  { origin: TEST_URL, 'sec-fetch-site': 'cross-site' },
  { origin: TEST_URL, 'sec-fetch-site': 'same-site' },
  { origin: TEST_URL, 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'cross-site' },
]

test('every change by cookie that another site makes a browser send is refused, and changes nothing', async () => {
  const server = await startApp()
  const { browser, id } = await signedIn(server, { operator: true })
  const { cookie = '' } = browser.headers
  const organization = (await browser.call('POST', '/v1/organizations', { name: 'Acme' })).body.organization.id
  const { key } = (await browser.call('POST', `/v1/organizations/${organization}/keys`, { name: 'k' })).body
  const version = await server.database.version()

  const changes = server.app.accessOfRoutes().filter(({ access, changes }) => changes && access !== 'holder')
  // With the body that the route takes, so that nothing else can be why it is refused.
  for (const { method, url } of changes) {
    const path = fillPath(url, { organization, key: key.id })
    for (const headers of FOREIGN) {
      const answer = await server.app.inject({
        method: method as 'POST',
        url: path,
        headers: { cookie, ...headers },
        payload: LEAST_BODIES[`${method} ${url}`] ?? {},
      })
      const what = `${method} ${url} ${JSON.stringify(headers)}`
      expect([answer.statusCode, answer.json().error.code], what).toEqual([403, 'FORBIDDEN'])
      expect(answer.headers['set-cookie'], what).toBeUndefined()
    }
  }
  expect(changes.length).toBeGreaterThan(30)
  expect(await server.database.version()).toBe(version)
  expect((await browser.call('GET', '/v1/me')).body.person.id).toBe(id)
})

test('a change by cookie from this server’s own pages is taken, whichever of the two a browser says', async () => {
  const server = await startApp()
  const { browser, email } = await signedIn(server)
  for (const headers of [{ origin: TEST_URL }, { 'sec-fetch-site': 'same-origin' }]) {
    const { cookie = '' } = browser.headers
    const options = { key: null, headers: { cookie, ...headers }, body: { name: 'Ada' } }
    expect((await server.call('PATCH', '/v1/me', options)).status).toBe(200)
  }
  // Behind a proxy that hands on the host that was asked for.
  const proxied = new Browser(server, { origin: 'https://keys.example.com' })
  const answer = await proxied.call('POST', '/v1/auth/sign-in', { email, password: 'x' }, { host: 'keys.example.com' })
  expect(answer.status).toBe(401)
})
