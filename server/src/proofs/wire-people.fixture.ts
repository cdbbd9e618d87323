import { TOTP } from 'otpauth'
import { sealResetLink } from '../domain/passwords.ts'
import { setUpLink } from '../domain/set-up.ts'
import { addPerson, Browser, PASSWORD } from '../testing/browser.ts'
import type { Answer, TestApp } from '../testing/test-domain.ts'
import type { Method } from './openapi-document.fixture.ts'
import type { Walk } from './wire-walk.fixture.ts'

const EMAIL = 'ada@example.com'

/** The part of the walk that people go: set up, sign in, and whatever they do with their own account. */
export async function walkPeople(walk: Walk, server: TestApp): Promise<void> {
  const ada = new Visitor(walk, server)
  const token = (await setUpLink(server.domain)) ?? ''
  const first = { token, name: 'Ada', email: EMAIL, password: PASSWORD, organization: { name: 'First' } }
  await ada.go('post', '/v1/setup', first)
  await ada.go('post', '/v1/setup', first)
  await ada.go('get', '/v1/me')
  await ada.go('patch', '/v1/me', { name: 'Ada Lovelace' })
  await ada.go('patch', '/v1/me', { name: '' })
  await ada.go('post', '/v1/me/confirm', { password: PASSWORD })
  await ada.go('post', '/v1/me/confirm', { password: 'wrong' })

  const elsewhere = new Visitor(walk, server)
  await elsewhere.go('post', '/v1/auth/sign-in', { email: EMAIL, password: 'wrong' })
  await elsewhere.go('post', '/v1/auth/sign-in', { email: EMAIL, password: PASSWORD })
  const session = (await elsewhere.go('get', '/v1/me')).body.session.id
  await ada.go('get', '/v1/me/sessions')
  await ada.go('delete', '/v1/me/sessions/{session}', undefined, { session })
  await ada.go('delete', '/v1/me/sessions/{session}', undefined, { session })
  await ada.go('delete', '/v1/me/sessions')
  await elsewhere.go('delete', '/v1/me/sessions')

  const { secret, recoveryCodes } = (await ada.go('post', '/v1/me/two-factor', { password: PASSWORD })).body
  await ada.go('post', '/v1/me/two-factor', { password: 'wrong' })
  await ada.go('post', '/v1/me/two-factor/confirm', { code: new TOTP({ secret }).generate() })
  await ada.go('post', '/v1/me/two-factor/confirm', { code: '000000' })
  await elsewhere.go('post', '/v1/auth/sign-in', { email: EMAIL, password: PASSWORD })
  await elsewhere.go('post', '/v1/auth/two-factor', { code: 'x' })
  await elsewhere.go('post', '/v1/auth/two-factor', { recoveryCode: recoveryCodes[0] })
  await elsewhere.go('post', '/v1/auth/sign-out')
  await new Visitor(walk, server, 'https://evil.example').go('post', '/v1/auth/sign-out')
  await ada.go('post', '/v1/me/two-factor/disable', { password: 'wrong' })
  await ada.go('post', '/v1/me/two-factor/disable', { password: PASSWORD })

  const password = 'something else entirely'
  await ada.go('post', '/v1/me/password', { currentPassword: 'wrong', newPassword: password })
  await ada.go('post', '/v1/me/password', { currentPassword: PASSWORD, newPassword: password })
  await ada.go('post', '/v1/auth/password/forgot', { email: EMAIL })
  await ada.go('post', '/v1/auth/password/forgot', { email: 'nobody' })
  const { id } = await addPerson(server, { password: null })
  const link = (await sealResetLink(server.domain, id)) ?? ''
  for (let use = 0; use < 2; use++) await ada.go('post', '/v1/auth/password/reset', { token: link, password })

  await ada.go('get', '/v1/auth/methods')
  await ada.go('post', '/v1/auth/providers/{provider}', {}, { provider: 'oidc' })
  await ada.go('post', '/v1/auth/providers/{provider}', {}, { provider: 'none' })
}

/** A browser whose answers are held against the document. */
class Visitor {
  readonly #walk: Walk
  readonly #browser: Browser

  constructor(walk: Walk, server: TestApp, origin?: string) {
    this.#walk = walk
    this.#browser = new Browser(server, origin === undefined ? {} : { origin })
  }

  async go(method: Method, path: string, body?: object, parameters: Record<string, string> = {}): Promise<Answer> {
    const { headers } = this.#browser
    const answer = await this.#walk.go(method, path, parameters, { key: null, headers, ...(body && { body }) })
    this.#browser.take(answer.headers)
    return answer
  }
}
