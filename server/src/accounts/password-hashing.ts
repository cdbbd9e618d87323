import { AppError } from '@claviger/core'
import { hashPassword, verifyPassword } from 'better-auth/crypto'

/** Hashing takes a core and 32 MB each time, on threads that the whole process shares. */
const AT_ONCE = 2
const WAITING = 60
const RETRY_SECONDS = 5

/** scrypt (N = 2^14, r = 16), as the library that signs people in does it. */
export interface PasswordHashing {
  hash(password: string): Promise<string>
  verify(given: { hash: string; password: string }): Promise<boolean>
}

/**
 * Hashes a few passwords at a time and lets the others wait, so that a flood of them cannot take the process away from
 * everything else. @throws AppError `RATE_LIMITED` where too many wait already.
 */
export function createPasswordHashing(): PasswordHashing {
  let running = 0
  const waiting: (() => void)[] = []
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING) {
        throw new AppError('RATE_LIMITED', 'Too many people are signing in at this moment; try again.', {
          retryAfterSeconds: RETRY_SECONDS,
        })
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      // Whoever is next takes over the place.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
  return {
    hash: (password) => inTurn(() => hashPassword(password)),
    verify: ({ hash, password }) => inTurn(() => verifyPassword({ hash, password })),
  }
}
