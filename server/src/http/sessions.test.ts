import { describe, expect, test } from 'vitest'
import { Browser, signedIn } from '../testing/browser.ts'
import { startApp, type TestApp } from '../testing/test-domain.ts'

const HOUR_MS = 60 * 60 * 1_000

/** Moves the times of a session into the past, as if they had passed. */
async function age(server: TestApp, id: string, times: { createdAt?: number; expiresAt?: number }): Promise<void> {
  const { db, type } = server.database.peopleTables
  const moment = (at: number) => (type === 'postgres' ? new Date(at) : new Date(at).toISOString())
  const { createdAt, expiresAt } = times
  await db
    .updateTable('sessions')
    .set({
      ...(createdAt === undefined ? {} : { created_at: moment(createdAt) }),
      ...(expiresAt === undefined ? {} : { expires_at: moment(expiresAt) }),
    })
    .where('id', '=', id)
    .execute()
}

describe('a session', () => {
  test('ends after twelve hours without use, and after seven days of use', async () => {
    const server = await startApp()
    const { browser, email } = await signedIn(server)
    const { session } = (await browser.call('GET', '/v1/me')).body
    expect(Date.parse(session.expiresAt) - Date.now()).toBeGreaterThan(11.9 * HOUR_MS)
    expect(Date.parse(session.expiresAt) - Date.now()).toBeLessThanOrEqual(12 * HOUR_MS)

    // Used: it lasts another twelve hours, and the browser is told.
    await age(server, session.id, { expiresAt: Date.now() + HOUR_MS })
    const used = await browser.call('GET', '/v1/me')
    expect(Date.parse(used.body.session.expiresAt)).toBeGreaterThan(Date.now() + 11 * HOUR_MS)
    expect(browser.setCookies.join()).toMatch(/session_token=.*Max-Age=43200/i)
    // Not used for long enough.
    await age(server, session.id, { expiresAt: Date.now() - 1_000 })
    expect((await browser.call('GET', '/v1/me')).status).toBe(401)
    expect(await server.database.session(session.id)).toBeUndefined()

    await browser.signIn(email)
    const { id } = (await browser.call('GET', '/v1/me')).body.session
    await age(server, id, { createdAt: Date.now() - (7 * 24 - 1) * HOUR_MS })
    const last = await browser.call('GET', '/v1/me')
    expect(Date.parse(last.body.session.expiresAt)).toBeLessThanOrEqual(Date.now() + HOUR_MS)
    await age(server, id, { createdAt: Date.now() - 7 * 24 * HOUR_MS - 1_000 })
    expect((await browser.call('GET', '/v1/me')).status).toBe(401)
    expect(await server.database.session(id)).toBeUndefined()
  })

  test('is another one at each sign-in, and the one the browser had before ends', async () => {
    const server = await startApp()
    const { browser, email } = await signedIn(server)
    const before = browser.headers.cookie ?? ''
    const { id } = (await browser.call('GET', '/v1/me')).body.session
    await browser.signIn(email)
    expect(browser.headers.cookie).not.toBe(before)
    expect((await browser.call('GET', '/v1/me')).body.session.id).not.toBe(id)
    const { status } = await server.call('GET', '/v1/me', { key: null, headers: { cookie: before } })
    expect(status).toBe(401)

    // A cookie that somebody else has planted is never made into a session.
    const victim = new Browser(server)
    victim.cookies.set('claviger.session_token', 'planted.c2lnbmF0dXJl')
    expect((await victim.call('GET', '/v1/me')).status).toBe(401)
    await victim.signIn(email)
    expect(victim.cookies.get('claviger.session_token')).not.toContain('planted')
  })

  test('is a cookie that scripts cannot read and that no other host gets, over HTTPS one of this host alone', async () => {
    const plain = await startApp()
    const loopback = await signedIn(plain)
    await loopback.browser.another().signIn(loopback.email)
    const [cookie = ''] = loopback.browser.setCookies
    expect(cookie).toMatch(/^claviger\.session_token=/)
    for (const part of [/; HttpOnly/i, /; SameSite=Lax/i, /; Path=\//i]) expect(cookie).toMatch(part)
    for (const part of [/; Secure/i, /; Domain/i]) expect(cookie).not.toMatch(part)

    const publicUrl = 'https://keys.example.com'
    const secure = await startApp({ publicUrl })
    const { browser } = await signedIn(secure, {}, { origin: publicUrl })
    expect(browser.setCookies.length).toBeGreaterThan(0)
    for (const set of browser.setCookies) {
      expect(set).toMatch(/^__Host-claviger\./)
      for (const part of [/; HttpOnly/i, /; SameSite=Lax/i, /; Path=\//i, /; Secure/i]) expect(set).toMatch(part)
      expect(set).not.toMatch(/; Domain/i)
    }
    expect((await browser.call('GET', '/v1/me')).status).toBe(200)
    expect((await browser.call('POST', '/v1/auth/sign-out', {})).status).toBe(200)
    expect((await browser.call('GET', '/v1/me')).status).toBe(401)
  })

  test('is one for every program, whatever it calls itself, and keeps no secret of that', async () => {
    const server = await startApp()
    const { key } = (await server.call('POST', '/v1/service-keys', { body: { name: 'x' } })).body
    const secret = `${key.prefix}${'x'.repeat(38)}`
    for (const userAgent of [secret, 'Ünïcödé', 'x'.repeat(900)]) {
      const { browser } = await signedIn(server, {}, { userAgent })
      const { items } = (await browser.call('GET', '/v1/me/sessions')).body
      expect(items).toHaveLength(1)
      expect(items[0].userAgent.length).toBeLessThanOrEqual(300)
      expect(JSON.stringify(items)).not.toContain(secret)
    }
  })

  test('stands in the database in a form that opens nothing', async () => {
    const server = await startApp()
    const { browser } = await signedIn(server)
    const { db } = server.database.peopleTables
    const [row] = await db.selectFrom('sessions').selectAll().execute()
    for (const value of [row?.token, row?.id]) {
      const cookie = `claviger.session_token=${value}`
      expect((await server.call('GET', '/v1/me', { key: null, headers: { cookie } })).status).toBe(401)
    }
    expect((await browser.call('GET', '/v1/me')).status).toBe(200)
  })

  test('lets nobody in while the database cannot be asked', async () => {
    const server = await startApp()
    const { browser, email } = await signedIn(server)
    await server.database.close()
    for (const [method, url, body] of [
      ['GET', '/v1/me'],
      ['PATCH', '/v1/me', { name: 'x' }],
      ['POST', '/v1/auth/sign-in', { email, password: 'x' }],
      ['POST', '/v1/auth/password/forgot', { email }],
    ] as const) {
      const answer = await browser.call(method, url, body)
      expect(answer.status, `${method} ${url}`).toBeGreaterThanOrEqual(500)
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
  })
})
