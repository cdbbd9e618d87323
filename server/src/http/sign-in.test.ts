import { expect, test } from 'vitest'
import { setUpLink } from '../domain/set-up.ts'
import { startApp, type TestApp } from '../testing/test-domain.ts'

const ORIGIN = { origin: 'http://127.0.0.1:4280' }
const PASSWORD = 'correct horse battery'

async function setUpBody(server: TestApp) {
  const token = await setUpLink(server.domain)
  return { token, name: 'Ada', email: 'Ada@Example.com', password: PASSWORD, organization: { name: 'Acme' } }
}

function cookieOf(headers: Record<string, unknown>): string {
  return [headers['set-cookie'] ?? []]
    .flat()
    .map((set) => String(set).split(';')[0])
    .join('; ')
}

test('the set-up link makes the first operator and the first organization, once', async () => {
  const server = await startApp()
  const body = await setUpBody(server)
  const first = await server.call('POST', '/v1/setup', { key: null, body, headers: ORIGIN })
  expect(first.body).toMatchObject({
    person: { email: 'ada@example.com', operator: true },
    organization: { name: 'Acme' },
  })
  expect(first.status).toBe(201)
  expect(String(first.headers['set-cookie'])).toMatch(/^claviger\.session_token=[^;]+;.*HttpOnly;.*SameSite=Lax/i)
  const again = await server.call('POST', '/v1/setup', { key: null, body, headers: ORIGIN })
  expect(again.body.error.code).toBe('NOT_FOUND')
  expect(await setUpLink(server.domain)).toBeNull()

  const cookie = cookieOf(first.headers)
  const me = await server.call('GET', '/v1/me', { key: null, headers: { cookie } })
  expect(me.body).toMatchObject({ person: { name: 'Ada', hasPassword: true }, memberships: [{ role: 'owner' }] })
  const keys = `/v1/organizations/${first.body.organization.id}/keys`
  const made = await server.call('POST', keys, { key: null, body: { name: 'mine' }, headers: { cookie, ...ORIGIN } })
  expect(made.body.key).toMatchObject({ createdBy: { type: 'user', name: 'Ada' }, owner: { name: 'Ada' } })
  const crossSite = { cookie, origin: 'https://evil.example' }
  expect((await server.call('POST', keys, { key: null, body: { name: 'x' }, headers: crossSite })).status).toBe(403)
  expect((await server.call('POST', '/v1/auth/sign-out', { key: null, headers: { cookie, ...ORIGIN } })).status).toBe(
    200,
  )
  expect((await server.call('GET', '/v1/me', { key: null, headers: { cookie } })).status).toBe(401)
  const wrong = { email: 'ada@example.com', password: 'wrong' }
  const refused = await server.call('POST', '/v1/auth/sign-in', { key: null, body: wrong, headers: ORIGIN })
  expect(refused.body.error.code).toBe('UNAUTHORIZED')
  const right = { email: 'ADA@example.com', password: PASSWORD }
  const signedIn = await server.call('POST', '/v1/auth/sign-in', { key: null, body: right, headers: ORIGIN })
  expect(signedIn.body.person.name).toBe('Ada')
})
