import { AppError } from '@claviger/core'
import { APIError } from 'better-auth'
import type { Client, SignedIn } from '../domain/identity.ts'
import { DatabaseUnavailable } from '../domain/ports.ts'
import { type Auth, CLIENT_ADDRESS } from './auth.ts'

/** How the library that signs people in is asked, and what its answers mean here. */

/** However much it is used, a session is over after this time. */
export const SESSION_ABSOLUTE_MS = 7 * 24 * 60 * 60 * 1_000

/** Built anew: nothing that was sent is taken for more than it is. */
export function headersOf({ cookie, ip, userAgent }: Client): Headers {
  const headers = new Headers({ cookie, [CLIENT_ADDRESS]: ip })
  // Where something was struck out of it stands a character that no header can hold.
  if (userAgent !== null) headers.set('user-agent', userAgent.replace(BEYOND_LATIN, '?'))
  return headers
}

const BEYOND_LATIN = /[^\t\x20-\x7e\x80-\xff]/g

/**
 * The same client with none of its cookies but those of one kind: a step that goes by one of them must not take
 * another for it.
 */
export function withOnly(from: Client, kind: 'session_token' | 'two_factor'): Client {
  const cookies = from.cookie.split('; ').filter((cookie) => cookie.split('=', 1)[0]?.endsWith(`claviger.${kind}`))
  return { ...from, cookie: cookies.join('; ') }
}

/** The same client as its browser will be once it has taken these cookies. */
export function withCookies(from: Client, setCookies: readonly string[]): Client {
  return { ...from, cookie: setCookies.map((set) => set.slice(0, set.indexOf(';'))).join('; ') }
}

/**
 * @throws AppError `UNAUTHORIZED` for whatever the library refuses, `RATE_LIMITED` where it was tried too often,
 * DatabaseUnavailable where it could not tell.
 */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof APIError)) throw cause
    if (cause.statusCode >= 500) throw new DatabaseUnavailable('signing in could not look things up', { cause })
    if (cause.statusCode === 429) {
      const details = { retryAfterSeconds: 15 * 60 }
      throw new AppError('RATE_LIMITED', 'This failed too often lately; try again later.', details, { cause })
    }
    throw noMatch(cause)
  }
}

/** The same whatever it was that did not match. */
export function noMatch(cause?: unknown): AppError {
  return new AppError('UNAUTHORIZED', 'This did not match. Check it and try again.', {}, { cause })
}

export function toSignedIn(
  found: NonNullable<Awaited<ReturnType<Auth['api']['getSession']>>>,
  setCookies: readonly string[],
): SignedIn {
  const { session, user } = found
  const createdAt = session.createdAt.getTime()
  return {
    person: {
      id: user.id,
      name: user.name,
      email: user.email,
      twoFactor: user.twoFactorEnabled ?? false,
      operator: user.operator === 1,
      createdAt: user.createdAt.getTime(),
    },
    session: {
      id: session.id,
      personId: session.userId,
      createdAt,
      seenAt: session.updatedAt.getTime(),
      expiresAt: Math.min(session.expiresAt.getTime(), createdAt + SESSION_ABSOLUTE_MS),
      confirmedAt: Math.max(createdAt, session.confirmedAt ?? 0),
      ip: session.ipAddress ?? null,
      userAgent: session.userAgent ?? null,
    },
    setCookies,
  }
}
