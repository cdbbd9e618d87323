import { TOTP } from 'otpauth'
import { type Browser, PASSWORD, signedIn } from '../testing/browser.ts'
import type { TestApp } from '../testing/test-domain.ts'
import type { DeclaredRoute } from './declared-access.ts'

/** A request to a route for people, made ready so that it succeeds. */
export interface OwnRequest {
  browser: Browser
  url: string
  body?: object
}

interface Ready extends OwnRequest {
  email: string
}

/** Every route by which people change something of their own, from the routes themselves. */
export function ownChanges({ app }: TestApp): DeclaredRoute[] {
  return app.accessOfRoutes().filter(({ access, changes }) => access === 'person' && changes)
}

/** @throws Error for a route that nobody has said here how to use. */
export async function readyFor(server: TestApp, { method, url }: DeclaredRoute): Promise<OwnRequest> {
  const name = `${method} ${url}`
  const prepare = READY[name]
  if (!prepare) throw new Error(`say in READY how somebody comes to use ${name}`)
  const { browser, email } = await signedIn(server)
  return prepare({ browser, email, url })
}

const READY: Readonly<Record<string, (ready: Ready) => OwnRequest | Promise<OwnRequest>>> = {
  'PATCH /v1/me': (ready) => ({ ...ready, body: { name: 'renamed' } }),
  'POST /v1/me/confirm': (ready) => ({ ...ready, body: { password: PASSWORD } }),
  'POST /v1/me/password': (ready) => ({
    ...ready,
    body: { currentPassword: PASSWORD, newPassword: 'something else entirely' },
  }),
  'POST /v1/me/two-factor': (ready) => ({ ...ready, body: { password: PASSWORD } }),
  'POST /v1/me/two-factor/confirm': async (ready) => ({ ...ready, body: { code: await begin(ready.browser) } }),
  'POST /v1/me/two-factor/disable': async (ready) => {
    await ready.browser.call('POST', '/v1/me/two-factor/confirm', { code: await begin(ready.browser) })
    return { ...ready, body: { password: PASSWORD } }
  },
  'DELETE /v1/me/sessions': async (ready) => {
    await elsewhere(ready)
    return ready
  },
  'DELETE /v1/me/sessions/:session': async (ready) => ({
    ...ready,
    url: ready.url.replace(':session', await elsewhere(ready)),
  }),
}

/** @returns the first code of a new second step. */
async function begin(browser: Browser): Promise<string> {
  const { body } = await browser.call('POST', '/v1/me/two-factor', { password: PASSWORD })
  return new TOTP({ secret: body.secret }).generate()
}

/** Signs the same person in once more. @returns the id of that session. */
async function elsewhere({ browser, email }: Ready): Promise<string> {
  const other = browser.another()
  await other.signIn(email)
  return (await other.call('GET', '/v1/me')).body.session.id
}
