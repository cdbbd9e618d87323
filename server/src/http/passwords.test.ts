import { describe, expect, test } from 'vitest'
import { RESET_LINK_MS, sealResetLink } from '../domain/passwords.ts'
import { setUpLink } from '../domain/set-up.ts'
import { addPerson, Browser, PASSWORD, signedIn } from '../testing/browser.ts'
import { startApp, type TestApp } from '../testing/test-domain.ts'

/** Passwords are hashed slowly on purpose, and here many are. */
const SLOW = { timeout: 120_000 }

const ANOTHER = 'something else entirely'

async function mailsOf({ app, database }: TestApp) {
  await app.close()
  return database.peopleTables.db.selectFrom('mails').selectAll().execute()
}

describe('a link for a new password', () => {
  test('works once, for its hour, ends all sessions and leaves a second step on', SLOW, async () => {
    const server = await startApp()
    const { browser, id, email } = await signedIn(server)
    const token = (await sealResetLink(server.domain, id)) ?? ''
    const another = (await sealResetLink(server.domain, id)) ?? ''
    const anyone = new Browser(server)
    const reset = (with_: string, password = ANOTHER) =>
      anyone.call('POST', '/v1/auth/password/reset', { token: with_, password })

    for (const broken of ['x', `${token}x`, token.replace(id, 'usr_0000000000000000000000'), token.slice(0, -1)]) {
      expect((await reset(broken)).body.error.code, broken).toBe('NOT_FOUND')
    }
    const setUp = (await setUpLink(server.domain)) ?? ''
    expect((await reset(setUp)).body.error.code).toBe('NOT_FOUND')
    const weak = await reset(token, 'password1234')
    expect([weak.body.error.code, Object.keys(weak.body.error.details)]).toEqual(['VALIDATION_FAILED', ['password']])

    const raced = await Promise.all([reset(token), reset(token), reset(another)])
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 404, 404])
    expect((await browser.call('GET', '/v1/me')).status).toBe(401)
    expect((await anyone.signIn(email, PASSWORD)).status).toBe(401)
    expect((await anyone.signIn(email, ANOTHER)).status).toBe(200)

    const late = (await sealResetLink(server.domain, id)) ?? ''
    server.clock.advance(RESET_LINK_MS)
    expect((await reset(late)).body.error.code).toBe('NOT_FOUND')
    const changes = (await server.database.events('deployment', 1, 100)).filter(
      ({ action }) => action === 'person.password.change',
    )
    expect(changes).toMatchObject([{ actor: { type: 'user', id }, target: { id }, outcome: 'success' }])
  })

  test('is queued as the fact that one is wanted, for an address that somebody has, and not without end', async () => {
    const server = await startApp({ mail: true })
    const { id, email } = await addPerson(server)
    const browser = new Browser(server)
    for (const each of [email.toUpperCase(), 'nobody@example.com']) {
      const answer = await browser.call('POST', '/v1/auth/password/forgot', { email: each })
      expect([answer.status, answer.body]).toEqual([202, {}])
    }
    for (let more = 0; more < 8; more++) {
      expect((await browser.call('POST', '/v1/auth/password/forgot', { email })).status).toBe(202)
    }
    const statuses: number[] = []
    for (let more = 0; more < 25; more++) {
      statuses.push((await browser.call('POST', '/v1/auth/password/forgot', { email: `${more}@example.com` })).status)
    }
    expect(statuses).toContain(429)
    const mails = await mailsOf(server)
    expect(mails).toHaveLength(5)
    expect(mails[0]).toMatchObject({ recipient: email, notice: 'password-reset' })
    expect(JSON.parse(mails[0]?.facts_json ?? '')).toEqual({ personId: id })
  })

  test('is queued for nobody where no mail is sent', async () => {
    const server = await startApp()
    const { email } = await addPerson(server)
    const answer = await new Browser(server).call('POST', '/v1/auth/password/forgot', { email })
    expect(answer.status).toBe(202)
    expect(await mailsOf(server)).toEqual([])
  })
})

test('a new password that is easily guessed is refused by name wherever one is set, and spaces are a part of it', async () => {
  const server = await startApp()
  const weak = 'password1234'
  const { browser, email } = await signedIn(server)
  const change = (newPassword: string) =>
    browser.call('POST', '/v1/me/password', { currentPassword: PASSWORD, newPassword })
  const changed = await change(weak)
  expect([changed.status, Object.keys(changed.body.error.details)]).toEqual([400, ['newPassword']])
  const first = { token: await setUpLink(server.domain), name: 'Ada', email, organization: { name: 'Acme' } }
  const setUp = await new Browser(server).call('POST', '/v1/setup', { ...first, password: weak })
  expect([setUp.status, Object.keys(setUp.body.error.details)]).toEqual([400, ['password']])

  const spaced = '  four words and spaces  '
  expect((await change(spaced)).status).toBe(200)
  expect((await new Browser(server).signIn(email, spaced.trim())).status).toBe(401)
  expect((await new Browser(server).signIn(email, spaced)).status).toBe(200)
})
