import type { PersonRecord, SessionRecord } from './people-records.ts'

/**
 * Signing people in, which a library does. It decides who somebody is; what they may do is decided elsewhere, from
 * their memberships.
 */
export interface Identity {
  /** Who sent these cookies; null: nobody whose session lasts. */
  whoIs(from: Client): Promise<SignedIn | null>
  /** @throws AppError `UNAUTHORIZED`, the same for a wrong password and for an address that nobody has. */
  signIn(from: Client, credentials: { email: string; password: string }): Promise<SignInStep>
  /** The second step of those who have one. @throws AppError `UNAUTHORIZED`. */
  signInSecond(from: Client, proof: { code: string } | { recoveryCode: string }): Promise<SignInStep>
  /** Harmless where nobody is signed in. */
  signOut(from: Client): Promise<{ setCookies: readonly string[] }>
  /** Slow on purpose. */
  hashPassword(password: string): Promise<string>
  isPassword(password: string, hash: string): Promise<boolean>
}

/** Where a request comes from, as far as signing in needs it. */
export interface Client {
  cookie: string
  ip: string
  userAgent: string | null
}

export interface SignedIn {
  person: PersonRecord
  session: SessionRecord
  /** Whole `Set-Cookie` values; none where the browser has what it needs. */
  setCookies: readonly string[]
}

export type SignInStep = ({ done: true } & SignedIn) | { done: false; setCookies: readonly string[] }
