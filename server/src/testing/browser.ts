import { randomBytes } from 'node:crypto'
import { newId } from '@claviger/core'
import { applyChange, TOUCHES_NO_KEY } from '../domain/change.ts'
import type { Answer, TestApp } from './test-domain.ts'
import { TEST_URL } from './test-domain.ts'

/** People of a test, and the browsers they sign in with. */

export const PASSWORD = 'correct horse battery'

export interface BrowserOptions {
  ip?: string
  userAgent?: string
  /** Where its pages come from. */
  origin?: string
}

/** Keeps cookies, and says where its requests come from, as browsers do. */
export class Browser {
  readonly cookies = new Map<string, string>()
  /** The last `Set-Cookie` values. */
  setCookies: readonly string[] = []
  readonly #server: TestApp
  readonly #options: BrowserOptions

  constructor(server: TestApp, options: BrowserOptions = {}) {
    this.#server = server
    this.#options = options
  }

  get headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const { origin = TEST_URL, userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0' } = this.#options
    return { origin, 'user-agent': userAgent, ...(cookie === '' ? {} : { cookie }) }
  }

  async call(
    method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.#server.app.inject({
      method,
      url,
      headers: { ...this.headers, ...headers },
      remoteAddress: this.#options.ip ?? '127.0.0.1',
      ...(body === undefined ? {} : { payload: body }),
    })
    this.take(answer.headers)
    const type = String(answer.headers['content-type'] ?? '')
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: type.startsWith('application/json') ? answer.json() : answer.body,
    }
  }

  /** Takes the cookies of an answer. */
  take(headers: Record<string, unknown>): void {
    this.setCookies = [headers['set-cookie'] ?? []].flat().map(String)
    for (const set of this.setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/max-age=0/i.test(set)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }

  /** One without cookies, on the same device. */
  another(): Browser {
    return new Browser(this.#server, this.#options)
  }

  signIn(email: string, password = PASSWORD): Promise<Answer> {
    return this.call('POST', '/v1/auth/sign-in', { email, password })
  }
}

export interface PersonOptions {
  email?: string
  name?: string
  operator?: boolean
  /** Null: none. */
  password?: string | null
}

let hashed: Promise<string> | undefined

/** Makes an account, without the slow work of hashing where the password is the usual one. */
export async function addPerson(
  { domain, identity, actor }: TestApp,
  {
    email = `${newId('usr', 0, randomBytes).toLowerCase()}@example.com`,
    name = 'Ada',
    operator = false,
    password = PASSWORD,
  }: PersonOptions = {},
): Promise<{ id: string; email: string }> {
  const id = newId('usr', domain.clock.now(), randomBytes)
  const hash = () => identity.hashPassword(password ?? '', { email, name })
  if (password === PASSWORD) hashed ??= hash()
  const passwordHash = password === null ? null : await (password === PASSWORD ? hashed : hash())
  await applyChange(domain, actor, { action: 'person.create', scope: null }, async (writes, now) => {
    await writes.insertPerson({ id, name, email, operator, passwordHash: passwordHash ?? null }, now)
    const audit = { organizationId: null, target: { type: 'person', id, name }, changes: {} }
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit }
  })
  return { id, email }
}

/** A browser in which somebody is signed in, by default somebody new. */
export async function signedIn(server: TestApp, person: PersonOptions = {}, options: BrowserOptions = {}) {
  const { id, email } = await addPerson(server, person)
  const browser = new Browser(server, options)
  const answer = await browser.signIn(email)
  if (answer.status !== 200) throw new Error(`nobody was signed in: ${JSON.stringify(answer.body)}`)
  return { browser, id, email }
}
