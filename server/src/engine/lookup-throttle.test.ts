import { randomBytes } from 'node:crypto'
import { AppError, generateToken } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { switchKey } from '../domain/switch-key.ts'
import { ask, reveal, startDomain, TestClock, type TestOptions } from '../testing/test-domain.ts'
import { type Asking, LOOKUP_BOUNDS, LookupThrottle } from './lookup-throttle.ts'

const AT_ONCE = LOOKUP_BOUNDS.address.atOnce
const ATTACKER = { asker: 'key_backend', ip: '203.0.113.66' }
const NEIGHBOUR = { asker: 'key_backend', ip: '203.0.113.67' }

async function start(options: TestOptions = {}) {
  const server = await startDomain(options)
  const { domain, actor, customers } = server
  const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value
  const issue = async () => {
    const { key, secret } = (await issueKey(domain, actor, organization.id, { name: 'ci' })).value
    return { key, secret: reveal(secret) }
  }
  /** A key of the right form that nobody was ever given. */
  const guess = () => reveal(generateToken('acme_live', randomBytes).secret)
  const code = async (key: string, asking: Asking = ATTACKER): Promise<string> => {
    try {
      return (await customers.verify(ask(key, asking))).code
    } catch (error) {
      if (error instanceof AppError) return `${error.code} after ${error.details.retryAfterSeconds}`
      throw error
    }
  }
  const exhaust = async (asking: Asking = ATTACKER, times = AT_ONCE) => {
    for (let i = 0; i < times; i++) expect(await code(guess(), asking)).toBe('UNKNOWN')
  }
  return { ...server, organization, issue, guess, code, exhaust }
}

describe('a source that asks for keys that do not exist', () => {
  test('causes no more look-ups than its bound, asked one by one', async () => {
    const { exhaust, guess, code, lookups } = await start()
    await exhaust()
    for (let i = 0; i < 20; i++) expect(await code(guess())).toBe('RATE_LIMITED after 2')
    expect(lookups()).toBe(AT_ONCE)
  })

  test('causes no more when it asks for all of them at once', async () => {
    const { guess, code, lookups } = await start()
    const codes = await Promise.all(Array.from({ length: 1_000 }, () => code(guess())))
    expect(codes.filter((each) => each === 'UNKNOWN')).toHaveLength(AT_ONCE)
    expect(codes.filter((each) => each === 'RATE_LIMITED after 2')).toHaveLength(1_000 - AT_ONCE)
    expect(lookups()).toBe(AT_ONCE)
  })

  test('has a trickle left, and all of it again after a while', async () => {
    const { exhaust, guess, code, clock } = await start()
    await exhaust()
    for (let i = 0; i < 3; i++) {
      clock.advance(LOOKUP_BOUNDS.address.everyMs - 1)
      expect(await code(guess())).toBe('RATE_LIMITED after 1')
      clock.advance(1)
      expect(await code(guess())).toBe('UNKNOWN')
    }
    clock.advance(AT_ONCE * LOOKUP_BOUNDS.address.everyMs)
    await exhaust()
    expect(await code(guess())).toBe('RATE_LIMITED after 2')
  })

  test('asking for one again and again wastes one look-up', async () => {
    const { guess, code, lookups } = await start()
    const secret = guess()
    for (let i = 0; i < 3 * AT_ONCE; i++) expect(await code(secret)).toBe('UNKNOWN')
    expect(lookups()).toBe(1)
  })

  test('is answered from memory all the same: a good key stays good, a wrong checksum stays malformed', async () => {
    const { issue, exhaust, guess, code } = await start()
    const good = await issue()
    const absent = guess()
    expect([await code(good.secret), await code(absent)]).toEqual(['VALID', 'UNKNOWN'])
    await exhaust(ATTACKER, AT_ONCE - 1)
    expect(await code(guess())).toBe('RATE_LIMITED after 2')
    expect([await code(good.secret), await code(absent), await code('rubbish')]).toEqual([
      'VALID',
      'UNKNOWN',
      'MALFORMED',
    ])
  })

  test('does not keep a good key from being looked up again after a change', async () => {
    const { issue, exhaust, guess, code, domain, actor, organization } = await start()
    const { key, secret } = await issue()
    expect(await code(secret)).toBe('VALID')
    await exhaust()
    await switchKey(domain, actor, organization.id, key.id, 'disable')
    expect(await code(secret)).toBe('DISABLED')
    await switchKey(domain, actor, organization.id, key.id, 'enable')
    expect(await code(secret)).toBe('VALID')
    expect(await code(guess())).toBe('RATE_LIMITED after 2')
  })

  test('takes nothing from other addresses, other askers, or the same key asked from elsewhere', async () => {
    const { issue, exhaust, code } = await start()
    await exhaust()
    const { secret } = await issue()
    expect(await code(secret)).toMatch(/^RATE_LIMITED/)
    expect(await code(secret, NEIGHBOUR)).toBe('VALID')
    await exhaust({ ...ATTACKER, asker: 'key_other' }, 1)
    await exhaust({ ...ATTACKER, asker: null }, 1)
    await exhaust({ ...ATTACKER, ip: null }, 1)
  })

  test('is one source with all of its /64, and with the IPv4 address that its IPv6 one maps', async () => {
    const { exhaust, guess, code } = await start()
    await exhaust({ asker: null, ip: '2001:db8::1' })
    expect(await code(guess(), { asker: null, ip: '2001:db8::ffff:ffff' })).toMatch(/^RATE_LIMITED/)
    expect(await code(guess(), { asker: null, ip: '2001:db8:0:1::1' })).toBe('UNKNOWN')
    await exhaust()
    expect(await code(guess(), { ...ATTACKER, ip: `::ffff:${ATTACKER.ip}` })).toMatch(/^RATE_LIMITED/)
  })
})

describe('a good key', () => {
  test('costs its source nothing, cold or warm, one by one or all at once', async () => {
    const { issue, exhaust, code, throttle, lookups } = await start()
    const secrets: string[] = []
    for (let i = 0; i < 3 * AT_ONCE; i++) secrets.push((await issue()).secret)
    const [one = '', ...others] = secrets
    expect(await code(one)).toBe('VALID')
    const codes = await Promise.all(others.map((secret) => code(secret)))
    expect(new Set(codes)).toEqual(new Set(['VALID']))
    expect(lookups()).toBe(secrets.length)
    expect(throttle.size).toBe(0)
    await exhaust()
  })

  test('among guesses made at the same time is found as long as not all of them are wasted', async () => {
    const { issue, guess, code } = await start()
    const good: string[] = []
    for (let i = 0; i < AT_ONCE; i++) good.push((await issue()).secret)
    const asked = good.flatMap((secret, at) => (at % 2 === 0 ? [guess(), secret] : [secret]))
    const codes = await Promise.all(asked.map((secret) => code(secret)))
    expect(codes.filter((each) => each === 'VALID')).toHaveLength(good.length)
    expect(codes.filter((each) => each === 'UNKNOWN')).toHaveLength(asked.length - good.length)
  })
})

describe('where the address is not said', () => {
  test('all that a service key asks for is one source, with a far looser bound', async () => {
    const { exhaust, guess, code } = await start({ bounds: { asker: { atOnce: 3 * AT_ONCE, everyMs: 10 } } })
    expect(LOOKUP_BOUNDS.asker.atOnce).toBeGreaterThan(10 * AT_ONCE)
    const silent = { asker: 'key_backend', ip: null }
    await exhaust(silent, 3 * AT_ONCE)
    expect(await code(guess(), silent)).toBe('RATE_LIMITED after 1')
    expect(await code(guess(), { ...silent, asker: 'key_other' })).toBe('UNKNOWN')
    expect(await code(guess())).toBe('UNKNOWN')
  })

  test('a text that is no address makes no source of its own', async () => {
    const { exhaust, guess, code } = await start({ bounds: { asker: { atOnce: 5, everyMs: 10 } } })
    for (let i = 0; i < 5; i++) await exhaust({ asker: 'key_backend', ip: `x${i}` }, 1)
    expect(await code(guess(), { asker: 'key_backend', ip: 'x6' })).toMatch(/^RATE_LIMITED/)
    expect(await code(guess(), { asker: 'key_backend', ip: null })).toMatch(/^RATE_LIMITED/)
  })
})

test('an outage costs no source anything, and lets those go on that waited', async () => {
  let broken = true
  const { guess, code, throttle, exhaust } = await start({
    lookup: (real) => ({ load: (digests) => (broken ? Promise.reject(new Error('gone')) : real.load(digests)) }),
  })
  const codes = await Promise.all(Array.from({ length: 3 * AT_ONCE }, () => code(guess())))
  expect(new Set(codes)).toEqual(new Set(['UNAVAILABLE after undefined']))
  expect(throttle.size).toBe(0)
  broken = false
  await exhaust()
})

test('no more sources are remembered than the limit', async () => {
  const throttle = new LookupThrottle(new TestClock(), { ...LOOKUP_BOUNDS, maxSources: 100 })
  for (let i = 0; i < 1_000; i++) {
    const pass = throttle.enter({ asker: null, ip: `10.0.${i >> 8}.${i & 255}` })
    if (pass instanceof Promise) throw new Error('there is room')
    pass.leave(true)
  }
  expect(throttle.size).toBe(100)
})

test('a clock that is set back throttles nobody for longer', async () => {
  const clock = new TestClock()
  const throttle = new LookupThrottle(clock)
  const enter = () => throttle.enter(ATTACKER)
  for (let i = 0; i < AT_ONCE; i++) {
    const pass = enter()
    if (!(pass instanceof Promise)) pass.leave(true)
  }
  clock.advance(-86_400_000)
  expect(enter).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 2 } }))
})
