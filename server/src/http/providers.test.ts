import { randomBytes } from 'node:crypto'
import { newId } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { createOrganization } from '../domain/organizations.ts'
import { addPerson, Browser } from '../testing/browser.ts'
import { type OidcOptions, type OidcServer, startOidcServer, visitProvider } from '../testing/oidc-server.ts'
import { startApp, TEST_URL, type TestApp } from '../testing/test-domain.ts'

async function start(options: OidcOptions = {}) {
  const oidc = await startOidcServer(options)
  const server = await startApp({ provider: oidc.settings })
  return { oidc, server }
}

/** All of it, as a browser does it. @returns where it ends. */
async function signInAt(browser: Browser, returnTo?: string): Promise<string> {
  const begun = await browser.call('POST', '/v1/auth/providers/oidc', returnTo === undefined ? {} : { returnTo })
  expect(begun.status, JSON.stringify(begun.body)).toBe(200)
  const back = await visitProvider(begun.body.url)
  expect(back.origin + back.pathname).toBe(`${TEST_URL}/v1/auth/callback/oidc`)
  const end = await browser.call('GET', back.pathname + back.search)
  expect(end.status).toBe(302)
  return String(end.headers.location)
}

async function invite(server: TestApp, email: string, expiresInMs: number): Promise<void> {
  const { domain, actor, database, clock } = server
  const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value
  await database.transact(async (writes) => {
    await writes.insertInvitation({
      id: newId('inv', clock.now(), randomBytes),
      organizationId: organization.id,
      email,
      role: 'developer',
      invitedBy: { id: null, name: 'Ada' },
      createdAt: clock.now(),
      expiresAt: clock.now() + expiresInMs,
      acceptedAt: null,
      revokedAt: null,
    })
    return { commit: true, value: null }
  })
}

describe('at an identity provider', () => {
  test('somebody with an account signs in by a verified address, and from then on by who they are there', async () => {
    const { server, oidc } = await start()
    const { id, email } = await addPerson(server, { email: 'ada@example.com' })
    expect((await server.call('GET', '/v1/auth/methods', { key: null })).body).toEqual({
      password: true,
      providers: [{ id: 'oidc', label: 'Example SSO' }],
    })
    const browser = new Browser(server)
    oidc.present = { sub: 'ada-1', email: 'Ada@Example.com', email_verified: true, name: 'Ada' }
    expect(await signInAt(browser, '/acme/keys?q=x')).toBe('/acme/keys?q=x')
    expect((await browser.call('GET', '/v1/me')).body.person).toMatchObject({ id, email })
    const [asked] = oidc.requests.filter(({ pathname }) => pathname === '/auth')
    expect(Object.fromEntries(asked?.searchParams ?? [])).toMatchObject({
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/.{43}/),
      state: expect.stringMatching(/.{32}/),
      nonce: expect.stringMatching(/.{32}/),
    })

    // Another address there, not even verified: still the same person.
    oidc.present = { sub: 'ada-1', email: 'lovelace@example.com', email_verified: false }
    const second = new Browser(server)
    expect(await signInAt(second)).toBe('/')
    expect((await second.call('GET', '/v1/me')).body.person.id).toBe(id)
    // Somebody else there to whom the address was given: not this person.
    oidc.present = { sub: 'newcomer', email: 'ada@example.com', email_verified: true }
    expect(await signInAt(new Browser(server))).toBe(`${TEST_URL}/sign-in#error=no_account`)

    const events = await server.database.events('deployment', 1, 100)
    const own = events.filter(({ target }) => target.id === id).map(({ action }) => action)
    expect(own).toEqual(['person.create', 'person.provider.add', 'person.sign-in', 'person.sign-in'])
    // Whoever signs in again while signed in is asked to show who they are.
    await browser.call('POST', '/v1/auth/providers/oidc', {}).then(({ body }) => {
      expect(new URL(body.url).searchParams.get('prompt')).toBe('login')
    })
  })

  test('nobody gets in by an address that is not verified, or without an account or an open invitation', async () => {
    const { server, oidc } = await start()
    await addPerson(server, { email: 'ada@example.com' })
    await invite(server, 'grace@example.com', 60_000)
    await invite(server, 'late@example.com', -1)
    const tried: [NonNullable<OidcServer['present']> | null, string][] = [
      [{ sub: '1', email: 'ada@example.com', email_verified: false }, 'email_not_verified'],
      [{ sub: '2', email: 'ada@example.com' }, 'email_not_verified'],
      [{ sub: '3', email_verified: true }, 'email_not_verified'],
      [{ sub: '4', email: 'nobody@example.com', email_verified: true }, 'no_account'],
      [{ sub: '5', email: 'late@example.com', email_verified: true }, 'no_account'],
      [{ sub: '6', email: 'grace@example.com', email_verified: false }, 'email_not_verified'],
      [null, 'denied'],
    ]
    for (const [present, problem] of tried) {
      oidc.present = present
      const browser = new Browser(server)
      expect(await signInAt(browser), JSON.stringify(present)).toBe(`${TEST_URL}/sign-in#error=${problem}`)
      expect((await browser.call('GET', '/v1/me')).status).toBe(401)
    }
    expect(await server.database.people({ limit: 10, after: null })).toHaveLength(1)

    // An open invitation of that very address is enough for an account; what it opens has to be accepted yet.
    const invited = new Browser(server)
    oidc.present = { sub: '7', email: 'grace@example.com', email_verified: true, name: 'Grace' }
    expect(await signInAt(invited)).toBe('/')
    expect((await invited.call('GET', '/v1/me')).body).toMatchObject({
      person: { name: 'Grace', email: 'grace@example.com', hasPassword: false, operator: false },
      memberships: [],
    })
    const confirmed = await invited.call('POST', '/v1/me/confirm', { password: 'x' })
    expect(confirmed.body.error.code).toBe('FORBIDDEN')
  })

  test('somebody whose name there cannot be seen is called by their address', async () => {
    const { server, oidc } = await start()
    await invite(server, 'grace@example.com', 60_000)
    const browser = new Browser(server)
    oidc.present = { sub: '7', email: 'grace@example.com', email_verified: true, name: '\u200b\u2060' }
    expect(await signInAt(browser)).toBe('/')
    expect((await browser.call('GET', '/v1/me')).body.person.name).toBe('grace')
  })

  test('claims that only the answer about the holder has are read as well', async () => {
    const { server, oidc } = await start({ claimsInToken: false })
    const { id } = await addPerson(server, { email: 'ada@example.com' })
    const browser = new Browser(server)
    oidc.present = { sub: 'ada', email: 'ada@example.com', email_verified: true }
    expect(await signInAt(browser)).toBe('/')
    expect((await browser.call('GET', '/v1/me')).body.person.id).toBe(id)
    expect(oidc.requests.map(({ pathname }) => pathname)).toContain('/me')
  })

  test('an answer that this browser did not ask for, or that comes twice, lets nobody in', async () => {
    const { server, oidc } = await start()
    await addPerson(server, { email: 'ada@example.com' })
    oidc.present = { sub: 'ada', email: 'ada@example.com', email_verified: true }
    const browser = new Browser(server)
    const begun = await browser.call('POST', '/v1/auth/providers/oidc', {})
    const back = await visitProvider(begun.body.url)
    const failed = `${TEST_URL}/sign-in#error=failed`
    const other = new Browser(server)
    expect((await other.call('GET', back.pathname + back.search)).headers.location).toBe(failed)
    expect(other.cookies.size).toBe(0)
    for (const query of ['', '?code=x', '?state=x', '?code=x&state=x', '?error=%3Cscript%3E']) {
      expect((await browser.call('GET', back.pathname + query)).headers.location).toBe(failed)
    }
    const begunAgain = await browser.call('POST', '/v1/auth/providers/oidc', {})
    const again = await visitProvider(begunAgain.body.url)
    expect((await browser.call('GET', again.pathname + again.search)).headers.location).toBe('/')
    expect((await browser.call('GET', again.pathname + again.search)).headers.location).toBe(failed)
  })

  test('a browser comes back to a path of this server only, and brings no fragment', async () => {
    const { server } = await start()
    const browser = new Browser(server)
    const elsewhere = [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'evil',
      'javascript:1',
    ]
    for (const returnTo of [...elsewhere, '/invite#token', '', '/a b']) {
      const answer = await browser.call('POST', '/v1/auth/providers/oidc', { returnTo })
      expect([answer.status, Object.keys(answer.body.error.details)], returnTo).toEqual([400, ['returnTo']])
    }
  })

  test('a browser comes back to where it was filling in a form, however much of it stands in the address', async () => {
    const { server, oidc } = await start()
    const { email } = await addPerson(server, { email: 'ada@example.com' })
    oidc.present = { sub: 'ada', email, email_verified: true }
    const form = `/acme/keys/new?description=${'%C3%A9'.repeat(300)}`
    expect(await signInAt(new Browser(server), form)).toBe(form)
  })

  test('one that is down takes nothing else with it, and works when it is up again', async () => {
    const { server, oidc } = await start()
    const { email } = await addPerson(server, { email: 'ada@example.com' })
    await oidc.pause()
    const browser = new Browser(server)
    const down = await browser.call('POST', '/v1/auth/providers/oidc', {})
    expect([down.status, down.body.error.code]).toEqual([503, 'UNAVAILABLE'])
    expect((await browser.signIn(email)).status).toBe(200)
    await oidc.resume()
    oidc.present = { sub: 'ada', email, email_verified: true }
    const second = new Browser(server)
    expect(await signInAt(second)).toBe('/')
    // Known as it is by now, nobody is sent where nothing answers.
    await oidc.pause()
    server.clock.advance(5_000)
    expect((await browser.call('POST', '/v1/auth/providers/oidc', {})).body.error.code).toBe('UNAVAILABLE')
    await oidc.resume()
    // It goes away while somebody is there.
    const third = new Browser(server)
    const begun = await third.call('POST', '/v1/auth/providers/oidc', {})
    const back = await visitProvider(begun.body.url)
    await oidc.pause()
    const end = await third.call('GET', back.pathname + back.search)
    expect(end.headers.location).toMatch(/#error=(failed|provider_unavailable)$/)
    expect((await third.call('GET', '/v1/me')).status).toBe(401)
  })

  test('that is not configured there is none', async () => {
    const server = await startApp()
    const browser = new Browser(server)
    expect((await browser.call('GET', '/v1/auth/methods')).body.providers).toEqual([])
    for (const id of ['oidc', 'google']) {
      expect((await browser.call('POST', `/v1/auth/providers/${id}`, {})).body.error.code).toBe('NOT_FOUND')
      expect((await browser.call('GET', `/v1/auth/callback/${id}?code=x&state=y`)).body.error.code).toBe('NOT_FOUND')
    }
  })
})
