import { describe, expect, test } from 'vitest'
import { signedIn } from '../testing/browser.ts'
import { startApp } from '../testing/test-domain.ts'
import { ownChanges, readyFor } from './every-person.fixture.ts'

/** Passwords are hashed slowly on purpose, and here many are. */
const SLOW = { timeout: 120_000 }

describe('every route by which people change something of their own', () => {
  test(
    'leaves one event with the very action that it declares, by the person and about them, and no secret',
    SLOW,
    async () => {
      const server = await startApp()
      const routes = ownChanges(server)
      expect(routes.length).toBeGreaterThan(6)
      for (const route of routes) {
        const { browser, url, body } = await readyFor(server, route)
        const { person } = (await browser.call('GET', '/v1/me')).body
        const answer = await browser.call(route.method as 'POST', url, body)
        const name = `${route.method} ${route.url}`
        expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBe(200)
        const events = await server.database.events('deployment', 1, 500)
        const own = events.filter(({ requestId }) => requestId === answer.headers['x-request-id'])
        expect(own, name).toMatchObject([
          {
            action: route.action,
            outcome: 'success',
            actor: { type: 'user', id: person.id, ip: '127.0.0.1' },
            target: { type: 'person', id: person.id },
          },
        ])
        const secrets = Object.values(body ?? {}).filter((value) => value !== 'renamed')
        for (const secret of secrets) expect(JSON.stringify(own), name).not.toContain(secret)
      }
    },
  )

  test('is refused without a session, also to a service key, and to a session that has ended', async () => {
    const server = await startApp()
    const { browser } = await signedIn(server)
    const { headers } = browser
    await browser.call('POST', '/v1/auth/sign-out', {})
    const version = await server.database.version()
    for (const { method, url } of ownChanges(server)) {
      for (const options of [{ headers }, { headers, key: null }, { headers: { origin: headers.origin ?? '' } }]) {
        const { status, body } = await server.call(method as 'POST', url, { body: {}, ...options })
        expect([status, body.error.code], `${method} ${url}`).toEqual([401, 'UNAUTHORIZED'])
      }
    }
    expect(await server.database.version()).toBe(version)
  })
})
