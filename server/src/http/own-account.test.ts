import { describe, expect, test } from 'vitest'
import { Browser, PASSWORD, signedIn } from '../testing/browser.ts'
import { startApp } from '../testing/test-domain.ts'

/** Passwords are hashed slowly on purpose, and here many are. */
const SLOW = { timeout: 120_000 }

describe('a person', () => {
  test(
    'renames themselves, changes their password and ends sessions, each recorded and in force at once',
    SLOW,
    async () => {
      const server = await startApp()
      const { browser, id, email } = await signedIn(server, { name: 'Ada' })
      const other = new Browser(server)
      await other.signIn(email)
      const third = new Browser(server)
      await third.signIn(email)

      const renamed = await browser.call('PATCH', '/v1/me', { name: 'Ada Lovelace' })
      expect(renamed.body).toMatchObject({ person: { id, name: 'Ada Lovelace' } })
      expect((await other.call('GET', '/v1/me')).body.person.name).toBe('Ada Lovelace')

      const { items } = (await browser.call('GET', '/v1/me/sessions')).body
      expect(items).toHaveLength(3)
      expect(items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1)
      const theirs = (await other.call('GET', '/v1/me')).body.session.id
      expect((await browser.call('DELETE', `/v1/me/sessions/${theirs}`)).status).toBe(200)
      expect((await other.call('GET', '/v1/me')).status).toBe(401)
      expect((await browser.call('DELETE', `/v1/me/sessions/${theirs}`)).body.error.code).toBe('NOT_FOUND')

      const stranger = await signedIn(server)
      const mine = (await browser.call('GET', '/v1/me')).body.session.id
      expect((await stranger.browser.call('DELETE', `/v1/me/sessions/${mine}`)).body.error.code).toBe('NOT_FOUND')

      const newPassword = 'another long sentence'
      const wrong = await browser.call('POST', '/v1/me/password', { currentPassword: 'wrong', newPassword })
      expect(wrong.body.error).toMatchObject({ code: 'FORBIDDEN', details: { currentPassword: ['did not match'] } })
      const changed = await browser.call('POST', '/v1/me/password', { currentPassword: PASSWORD, newPassword })
      expect(changed.status).toBe(200)
      expect((await third.call('GET', '/v1/me')).status).toBe(401)
      expect((await browser.call('GET', '/v1/me')).status).toBe(200)
      expect((await third.signIn(email)).status).toBe(401)
      expect((await third.signIn(email, newPassword)).status).toBe(200)
      expect((await browser.call('DELETE', '/v1/me/sessions')).status).toBe(200)
      expect((await third.call('GET', '/v1/me')).status).toBe(401)

      const events = await server.database.events('deployment', 1, 100)
      const own = events.filter(({ target }) => target.id === id)
      expect(own.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
        'person.create success',
        'person.sign-in success',
        'person.sign-in success',
        'person.sign-in success',
        'person.edit success',
        'session.end success',
        'person.password.change refused',
        'person.password.change success',
        'person.sign-in success',
        'session.end success',
      ])
      expect(own[4]).toMatchObject({ actor: { type: 'user', id, name: 'Ada', ip: '127.0.0.1' } })
    },
  )
})
