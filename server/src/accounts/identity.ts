import { AppError, newId, type RandomBytes } from '@claviger/core'
import { APIError } from 'better-auth'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import type { Client, Identity, SignedIn, SignInStep } from '../domain/identity.ts'
import type { Clock, ServerKey } from '../domain/ports.ts'
import { DatabaseUnavailable } from '../domain/ports.ts'
import { type Auth, CLIENT_ADDRESS, createAuth, type PeopleTables } from './auth.ts'

export interface IdentityParts {
  tables: PeopleTables
  serverKey: Pick<ServerKey, 'derive'>
  clock: Clock
  randomBytes: RandomBytes
  publicUrl: () => string
  onError: (message: string, cause: unknown) => void
}

/** However much it is used, a session is over after this time. */
const SESSION_ABSOLUTE_MS = 7 * 24 * 60 * 60 * 1_000

export function createIdentity(parts: IdentityParts): Identity {
  const { tables, serverKey, clock, randomBytes, publicUrl, onError } = parts
  let made: { url: string; auth: Auth } | undefined
  // Where the server is reached is known only when it listens.
  const auth = () => {
    const url = publicUrl()
    if (made?.url !== url) {
      const newPersonId = () => newId('usr', clock.now(), randomBytes)
      const secrets = serverKey.derive('sign-in')
      made = { url, auth: createAuth({ tables, secrets, publicUrl: url, newPersonId, onError }) }
    }
    return made.auth
  }

  const whoIs = async (from: Client): Promise<SignedIn | null> => {
    const { headers, response } = await asked(auth().api.getSession({ headers: headersOf(from), returnHeaders: true }))
    if (!response) return null
    const signedIn = toSignedIn(response, headers.getSetCookie())
    if (signedIn.session.createdAt + SESSION_ABSOLUTE_MS > Date.now()) return signedIn
    await asked(auth().api.signOut({ headers: headersOf(from) }))
    return null
  }

  /** @returns who is signed in by what was just answered. */
  const completed = async (from: Client, setCookies: readonly string[]): Promise<SignInStep> => {
    const cookie = setCookies.map((set) => set.slice(0, set.indexOf(';'))).join('; ')
    const signedIn = await whoIs({ ...from, cookie })
    if (!signedIn) throw new Error('somebody was signed in, and is not')
    return { done: true, ...signedIn, setCookies }
  }

  return {
    whoIs,

    async signIn(from, { email, password }) {
      const { headers, response } = await asked(
        auth().api.signInEmail({ body: { email, password }, headers: headersOf(from), returnHeaders: true }),
      )
      const setCookies = headers.getSetCookie()
      return 'twoFactorRedirect' in response ? { done: false, setCookies } : completed(from, setCookies)
    },

    async signInSecond(from, proof) {
      const options = { headers: headersOf(from), returnHeaders: true } as const
      const { headers } =
        'code' in proof
          ? await asked(auth().api.verifyTOTP({ body: { code: proof.code }, ...options }))
          : await asked(auth().api.verifyBackupCode({ body: { code: proof.recoveryCode }, ...options }))
      return completed(from, headers.getSetCookie())
    },

    async signOut(from) {
      const { headers } = await asked(auth().api.signOut({ headers: headersOf(from), returnHeaders: true }))
      return { setCookies: headers.getSetCookie() }
    },

    hashPassword: (password) => hashPassword(password),
    isPassword: (password, hash) => verifyPassword({ password, hash }),
  }
}

/** Built anew: nothing that was sent is taken for more than it is. */
function headersOf({ cookie, ip, userAgent }: Client): Headers {
  const headers = new Headers({ cookie, [CLIENT_ADDRESS]: ip })
  if (userAgent !== null) headers.set('user-agent', userAgent)
  return headers
}

/** @throws AppError `UNAUTHORIZED` for whatever the library refuses, DatabaseUnavailable where it could not tell. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof APIError)) throw cause
    if (cause.statusCode >= 500) throw new DatabaseUnavailable('signing in could not look things up', { cause })
    throw new AppError('UNAUTHORIZED', 'This did not match. Check it and try again.', {}, { cause })
  }
}

function toSignedIn(
  found: NonNullable<Awaited<ReturnType<Auth['api']['getSession']>>>,
  setCookies: string[],
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
