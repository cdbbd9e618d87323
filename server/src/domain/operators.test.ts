import { TOTP } from 'otpauth'
import { expect, test } from 'vitest'
import { Browser, PASSWORD, signedIn } from '../testing/browser.ts'
import { startApp } from '../testing/test-domain.ts'
import { verifyChain } from './audit.ts'
import { makeOperator } from './operators.ts'
import { sealResetLink } from './passwords.ts'

test('somebody at the machine makes an operator of a new account, which has no password until its link is used', async () => {
  const server = await startApp()
  const wish = { email: 'ada@example.com', name: 'Ada', resetTwoFactor: false }
  const raced = await Promise.allSettled([1, 2].map(() => makeOperator(server.domain, server.actor, wish)))
  const made = raced.flatMap((one) => (one.status === 'fulfilled' ? [one.value.value] : []))
  expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  expect(made[0]).toMatchObject({ email: 'ada@example.com', operator: true })
  const browser = new Browser(server)
  expect((await browser.signIn('ada@example.com', '')).status).toBe(400)
  expect((await browser.signIn('ada@example.com')).status).toBe(401)
  const token = await sealResetLink(server.domain, made[0]?.id ?? '')
  await browser.call('POST', '/v1/auth/password/reset', { token: token ?? '', password: PASSWORD })
  expect((await browser.signIn('ada@example.com')).body.person.operator).toBe(true)
  expect((await browser.call('GET', '/v1/organizations')).status).toBe(200)
})

test('an account that is there becomes an operator’s and keeps its name, its password and, unless told otherwise, its second step', async () => {
  const server = await startApp()
  const { browser, id, email } = await signedIn(server, { name: 'Ada' })
  expect((await browser.call('GET', '/v1/organizations')).status).toBe(403)
  const { secret } = (await browser.call('POST', '/v1/me/two-factor', { password: PASSWORD })).body
  await browser.call('POST', '/v1/me/two-factor/confirm', { code: new TOTP({ secret }).generate() })

  const wish = { email, name: 'Somebody', resetTwoFactor: false }
  expect((await makeOperator(server.domain, server.actor, wish)).value).toMatchObject({
    id,
    name: 'Ada',
    twoFactor: true,
  })
  expect((await browser.call('GET', '/v1/organizations')).status).toBe(200)
  expect((await new Browser(server).signIn(email)).body).toEqual({ twoFactorRequired: true })
  const reset = await makeOperator(server.domain, server.actor, { ...wish, resetTwoFactor: true })
  expect(reset.value).toMatchObject({ operator: true, twoFactor: false })
  expect((await new Browser(server).signIn(email)).body.person.id).toBe(id)
  await makeOperator(server.domain, server.actor, { ...wish, resetTwoFactor: true })

  const events = (await server.database.events('deployment', 1, 100)).filter(
    ({ action }) => action === 'person.operator',
  )
  expect(events.map(({ actor, target, changes }) => [actor.name, target.id, JSON.parse(changes)])).toEqual([
    ['command line', id, { operator: { before: false, after: true } }],
    ['command line', id, { twoFactor: { before: true, after: false } }],
  ])
  expect(await verifyChain(server.database, server.domain.serverKey, 'deployment')).toMatchObject({ intact: true })
})
