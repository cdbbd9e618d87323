import { AppError } from '@claviger/core'
import { LRUCache } from 'lru-cache'
import type { Client, NewTwoFactor } from '../domain/identity.ts'
import type { PersonRecord } from '../domain/people-records.ts'
import type { Auth } from './auth.ts'
import { asked, headersOf, noMatch, withOnly } from './library.ts'
import type { SignInThrottle } from './sign-in-throttle.ts'

/** A code is taken for this long: its own half minute, and the one before and after. */
const CODE_LIFE_MS = 90_000
const MAX_CODES = 10_000

export interface SecondFactor {
  begin(from: Client, password: string): Promise<NewTwoFactor>
  /** Turns it on. @returns `Set-Cookie` values of the session that takes the place of the present one. */
  finish(from: Client, person: PersonRecord, code: string): Promise<string[]>
  prove(from: Client, person: PersonRecord, code: string): Promise<void>
  /** Notes that a code has done its work. @throws AppError `UNAUTHORIZED` where it had done it before. */
  spend(person: PersonRecord, code: string): void
}

export function createSecondFactor(auth: () => Auth, throttle: SignInThrottle): SecondFactor {
  // A code that somebody looked at over a shoulder is of no use after its owner has used it (RFC 6238, section 5.2).
  const spent = new LRUCache<string, true>({ max: MAX_CODES, ttl: CODE_LIFE_MS })

  const spend = (person: PersonRecord, code: string) => {
    const name = `${person.id} ${code}`
    if (spent.has(name)) throw noMatch()
    spent.set(name, true)
  }

  /** @throws AppError `FORBIDDEN`: somebody who is signed in stays so. */
  const verify = (from: Client, person: PersonRecord, code: string) =>
    throttle.prove(person.id, async () => {
      try {
        const headers = headersOf(withOnly(from, 'session_token'))
        const answer = await asked(auth().api.verifyTOTP({ body: { code }, headers, returnHeaders: true }))
        spend(person, code)
        return answer.headers.getSetCookie()
      } catch (cause) {
        if (!(cause instanceof AppError && cause.code === 'UNAUTHORIZED')) throw cause
        throw new AppError('FORBIDDEN', 'This code did not match.', { code: ['did not match'] }, { cause })
      }
    })

  return {
    async begin(from, password) {
      const headers = headersOf(withOnly(from, 'session_token'))
      const answer = await asked(auth().api.enableTwoFactor({ body: { password, method: 'totp' }, headers }))
      if (answer.method !== 'totp') throw new TypeError('an authenticator was asked for')
      const { totpURI: uri, backupCodes: recoveryCodes } = answer
      return { uri, secret: new URL(uri).searchParams.get('secret') ?? '', recoveryCodes }
    },

    finish: verify,

    async prove(from, person, code) {
      await verify(from, person, code)
    },

    spend,
  }
}
