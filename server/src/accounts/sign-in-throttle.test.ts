import { AppError } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { SIGN_IN_BOUNDS, type SignInAttempt, SignInThrottle } from './sign-in-throttle.ts'

const wrong = async () => {
  throw new AppError('UNAUTHORIZED', 'no')
}
const right = async () => 'in'

function start(maxSources?: number) {
  const throttle = new SignInThrottle(maxSources)
  const attempt = (what: Partial<SignInAttempt>, work: () => Promise<string>) =>
    throttle.signIn({ email: 'ada@example.com', ip: '192.0.2.1', knownPlace: null, ...what }, work).catch(codeOf)
  return { throttle, attempt }
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code
  throw error
}

const address = (at: number) => `198.51.${Math.floor(at / 250)}.${at % 250}`

describe('somebody who tries passwords out', () => {
  test('is stopped after ten failures with one address from one place, for fifteen minutes, and told how long', async () => {
    const { throttle, attempt } = start()
    for (let at = 0; at < SIGN_IN_BOUNDS.pair; at++) expect(await attempt({}, wrong)).toBe('UNAUTHORIZED')
    expect(await attempt({}, right)).toBe('RATE_LIMITED')
    const refusal = await throttle
      .signIn({ email: 'ada@example.com', ip: '192.0.2.1', knownPlace: null }, right)
      .catch((error: AppError) => error)
    expect((refusal as AppError).details.retryAfterSeconds).toBeGreaterThan(890)
    expect((refusal as AppError).details.retryAfterSeconds).toBeLessThanOrEqual(900)
    // Somebody else from there, and the same person from elsewhere, are not.
    expect(await attempt({ email: 'grace@example.com' }, right)).toBe('in')
    expect(await attempt({ ip: '192.0.2.2' }, right)).toBe('in')
  })

  test('is stopped after a hundred failures from one address of the network, with whichever names', async () => {
    const { attempt } = start()
    for (let at = 0; at < SIGN_IN_BOUNDS.network; at++)
      await attempt({ email: `${at}@example.com`, ip: '2001:db8::1' }, wrong)
    expect(await attempt({ email: 'new@example.com', ip: '2001:db8::ffff' }, right)).toBe('RATE_LIMITED')
    expect(await attempt({ email: 'new@example.com', ip: '2001:db8:0:1::1' }, right)).toBe('in')
  })

  test('is stopped after fifty failures with one address from wherever, which its owner at home does not notice', async () => {
    const { attempt } = start()
    for (let at = 0; at < SIGN_IN_BOUNDS.email; at++) await attempt({ ip: address(at) }, wrong)
    expect(await attempt({ ip: address(200) }, right)).toBe('RATE_LIMITED')
    expect(await attempt({ ip: '192.0.2.1', knownPlace: 'home' }, right)).toBe('in')
    // Nor do failures of others from the very same network.
    for (let at = 0; at < SIGN_IN_BOUNDS.network; at++) await attempt({ email: `${at}@example.com` }, wrong)
    expect(await attempt({ knownPlace: 'home' }, right)).toBe('in')
    // At home, too, it is not tried out for ever.
    for (let at = 0; at < SIGN_IN_BOUNDS.pair; at++) await attempt({ knownPlace: 'home' }, wrong)
    expect(await attempt({ knownPlace: 'home' }, right)).toBe('RATE_LIMITED')
  })

  test('is stopped as soon when trying many at once', async () => {
    const { attempt } = start()
    const answers = await Promise.all(Array.from({ length: 40 }, () => attempt({}, wrong)))
    expect(answers.filter((code) => code === 'UNAUTHORIZED')).toHaveLength(SIGN_IN_BOUNDS.pair)
  })
})

test('what succeeds, and what could not be told, counts for nothing', async () => {
  const { attempt } = start()
  const down = async () => {
    throw new AppError('UNAVAILABLE', 'down')
  }
  for (let at = 0; at < 60; at++) {
    expect(await attempt({}, right)).toBe('in')
    expect(await attempt({}, down)).toBe('UNAVAILABLE')
  }
})

test('nobody fills its memory: those who tried nothing for the longest are forgotten', async () => {
  const { attempt } = start(50)
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  for (let at = 0; at < 1_000; at++) await attempt({ email: `${at}@example.com`, ip: address(at) }, wrong)
  expect(timers() - before).toBeLessThanOrEqual(150)
  for (let at = 0; at < SIGN_IN_BOUNDS.pair; at++) await attempt({}, wrong)
  expect(await attempt({}, right)).toBe('RATE_LIMITED')
})
