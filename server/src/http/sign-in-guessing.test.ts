import { describe, expect, test } from 'vitest'
import { addPerson, Browser, PASSWORD } from '../testing/browser.ts'
import { type Answer, startApp } from '../testing/test-domain.ts'

/** Passwords are hashed slowly on purpose, and here many are. */
const SLOW = { timeout: 120_000 }

/** Everything of an answer but what differs between any two. */
function seen({ status, headers, body }: Answer) {
  const { 'x-request-id': requestId, date: _, ...others } = headers
  return JSON.stringify({ status, others, body }).replaceAll(String(requestId), '…')
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

describe('whether anybody has an address', () => {
  test(
    'shows neither at sign-in nor in asking for a link: not in status, headers, body, nor in time',
    SLOW,
    async () => {
      const server = await startApp()
      const { email } = await addPerson(server)
      const { email: withoutPassword } = await addPerson(server, { password: null })
      const unknown = 'nobody@example.com'
      const browser = new Browser(server)
      const times = new Map<string, number[]>([email, withoutPassword, unknown].map((each) => [each, []]))
      const answers = new Set<string>()
      for (let round = 0; round < 5; round++) {
        for (const [each, took] of times) {
          const began = performance.now()
          answers.add(seen(await browser.signIn(each, 'wrong password')))
          took.push(performance.now() - began)
        }
      }
      expect(answers.size).toBe(1)
      const usual = median(times.get(unknown) ?? [])
      for (const each of [email, withoutPassword]) {
        const ratio = median(times.get(each) ?? []) / usual
        expect(ratio).toBeGreaterThan(0.4)
        expect(ratio).toBeLessThan(2.5)
      }
      const asked = new Set<string>()
      for (const each of [email, withoutPassword, unknown]) {
        asked.add(seen(await browser.call('POST', '/v1/auth/password/forgot', { email: each })))
      }
      expect(asked).toEqual(new Set([expect.stringContaining('"status":202')]))
      expect(asked.size).toBe(1)
    },
  )
})

test(
  'failures are stopped with 429 and Retry-After, alike for addresses that nobody has, and not at home',
  SLOW,
  async () => {
    const server = await startApp()
    const { email } = await addPerson(server)
    // The same network, but not the same browser.
    const home = { ip: '192.0.2.10', userAgent: 'Mozilla/5.0 (Macintosh) Firefox/130.0' }
    expect((await new Browser(server, home).signIn(email)).status).toBe(200)
    for (const each of [email, 'nobody@example.com']) {
      const stranger = new Browser(server, { ip: '192.0.2.10' })
      const tries = Array.from({ length: 11 }, () => stranger.signIn(each, 'wrong'))
      const statuses = (await Promise.all(tries)).map(({ status }) => status)
      expect(statuses.sort()).toEqual([...Array(10).fill(401), 429])
      const stopped = await stranger.signIn(each, PASSWORD)
      expect([stopped.status, stopped.body.error.code]).toEqual([429, 'RATE_LIMITED'])
      expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(600)
    }
    expect((await new Browser(server, home).signIn(email)).status).toBe(200)
    const nextDay = { ip: '192.0.2.77', userAgent: home.userAgent.replace('130', '131') }
    expect((await new Browser(server, nextDay).signIn(email)).status).toBe(200)
  },
)
