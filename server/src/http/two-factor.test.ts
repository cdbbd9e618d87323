import { TOTP } from 'otpauth'
import { expect, test } from 'vitest'
import { Browser, PASSWORD, signedIn } from '../testing/browser.ts'
import { startApp } from '../testing/test-domain.ts'

/** Passwords are hashed slowly on purpose, and here many are. */
const SLOW = { timeout: 120_000 }

/** What an authenticator shows, by default now. */
function codeOf(secret: string, steps = 0): string {
  return new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 })
}

test(
  'a second step is asked for once it is turned on, takes each code once, and each recovery code once',
  SLOW,
  async () => {
    const server = await startApp()
    const { browser, id, email } = await signedIn(server, { name: 'Ada' })
    const bystander = await signedIn(server)

    const refused = await browser.call('POST', '/v1/me/two-factor', { password: 'wrong' })
    expect(refused.body.error).toMatchObject({ code: 'FORBIDDEN', details: { password: ['did not match'] } })
    const begun = await browser.call('POST', '/v1/me/two-factor', { password: PASSWORD })
    const { uri, secret, recoveryCodes } = begun.body
    expect(begun.headers['cache-control']).toBe('no-store')
    expect(uri).toMatch(/^otpauth:\/\/totp\//)
    expect(new URL(uri).searchParams.get('secret')).toBe(secret)
    expect(new Set(recoveryCodes).size).toBe(10)
    // Nothing is asked for before a first code was right.
    expect((await new Browser(server).signIn(email)).body.person.twoFactor).toBe(false)
    const wrong = await browser.call('POST', '/v1/me/two-factor/confirm', { code: '000000' })
    expect(wrong.body.error).toMatchObject({ code: 'FORBIDDEN', details: { code: ['did not match'] } })

    const before = (await browser.call('GET', '/v1/me')).body.session.id
    // Kept, because the next half minute has another.
    const used = [codeOf(secret)]
    expect((await browser.call('POST', '/v1/me/two-factor/confirm', { code: used[0] })).status).toBe(200)
    const me = await browser.call('GET', '/v1/me')
    expect(me.body.person.twoFactor).toBe(true)
    expect(me.body.session.id).not.toBe(before)
    expect((await browser.call('POST', '/v1/me/two-factor', { password: PASSWORD })).body.error.code).toBe('FORBIDDEN')

    const elsewhere = new Browser(server)
    const first = await elsewhere.signIn(email)
    expect([first.status, first.body]).toEqual([200, { twoFactorRequired: true }])
    expect((await elsewhere.call('GET', '/v1/me')).status).toBe(401)
    // Used by the first code of all.
    const again = await elsewhere.call('POST', '/v1/auth/two-factor', { code: used[0] })
    expect(again.body.error.code).toBe('UNAUTHORIZED')
    expect((await elsewhere.call('GET', '/v1/me')).status).toBe(401)
    await elsewhere.signIn(email)
    used.push(codeOf(secret, 1))
    const second = await elsewhere.call('POST', '/v1/auth/two-factor', { code: used[1] })
    expect(second.body.person).toMatchObject({ id, twoFactor: true })
    expect((await elsewhere.call('GET', '/v1/me')).status).toBe(200)

    const lost = new Browser(server)
    await lost.signIn(email)
    expect((await lost.call('POST', '/v1/auth/two-factor', { recoveryCode: 'abcde-fghij' })).status).toBe(401)
    const recovered = await lost.call('POST', '/v1/auth/two-factor', { recoveryCode: recoveryCodes[0] })
    expect(recovered.body.person.id).toBe(id)
    const twice = [new Browser(server), new Browser(server)]
    for (const one of twice) await one.signIn(email)
    expect((await twice[0]?.call('POST', '/v1/auth/two-factor', { recoveryCode: recoveryCodes[0] }))?.status).toBe(401)
    const raced = await Promise.all(
      twice.map((one) => one.call('POST', '/v1/auth/two-factor', { recoveryCode: recoveryCodes[1] })),
    )
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 401])

    // The first step of one person is not the second of another, who is signed in beside it.
    const mixed = new Browser(server)
    await mixed.signIn(email)
    for (const [name, value] of bystander.browser.cookies) mixed.cookies.set(name, value)
    expect((await mixed.call('POST', '/v1/auth/two-factor', { code: '000000' })).status).toBe(401)

    // Both are needed to confirm, and the code is one that was not used.
    const bare = await browser.call('POST', '/v1/me/confirm', { password: PASSWORD })
    expect(bare.body.error.details).toHaveProperty('code')
    const stale = await browser.call('POST', '/v1/me/confirm', { password: PASSWORD, code: used[1] })
    expect(stale.body.error.code).toBe('FORBIDDEN')

    expect((await browser.call('POST', '/v1/me/two-factor/disable', { password: 'wrong' })).status).toBe(403)
    expect((await browser.call('POST', '/v1/me/two-factor/disable', { password: PASSWORD })).status).toBe(200)
    expect((await new Browser(server).signIn(email)).body.person.twoFactor).toBe(false)

    const events = await server.database.events('deployment', 1, 200)
    const steps = events.filter(({ target, action }) => target.id === id && action.startsWith('person.two-factor'))
    expect(steps.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'person.two-factor.begin refused',
      'person.two-factor.begin success',
      'person.two-factor.enable refused',
      'person.two-factor.enable success',
      'person.two-factor.begin refused',
      'person.two-factor.disable refused',
      'person.two-factor.disable success',
    ])
    expect(JSON.stringify(events)).not.toContain(secret)
    for (const code of recoveryCodes) expect(JSON.stringify(events)).not.toContain(code)
  },
)

test('whoever tries codes out is stopped, in the second step and in a session', SLOW, async () => {
  const server = await startApp()
  const { browser, email } = await signedIn(server)
  const { secret } = (await browser.call('POST', '/v1/me/two-factor', { password: PASSWORD })).body
  await browser.call('POST', '/v1/me/two-factor/confirm', { code: codeOf(secret) })
  const right = codeOf(secret, 1)
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555', '666666'].filter((code) => code !== right)

  const thief = new Browser(server)
  await thief.signIn(email)
  for (const code of wrong.slice(0, 6)) await thief.call('POST', '/v1/auth/two-factor', { code })
  // The step is spent; the right code does not help any more.
  expect((await thief.call('POST', '/v1/auth/two-factor', { code: right })).status).toBe(401)

  const statuses: number[] = []
  for (let tries = 0; tries < 11; tries++) {
    statuses.push((await browser.call('POST', '/v1/me/confirm', { password: 'wrong', code: right })).status)
  }
  expect(statuses.slice(0, 10)).toEqual(Array(10).fill(403))
  expect(statuses[10]).toBe(429)
})
