import type { PersonRecord, SessionRecord } from './people-records.ts'

/**
 * Signing people in, which a library does. It decides who somebody is; what they may do is decided elsewhere, from
 * their memberships. Whatever is tried out here is throttled, and whoever got in is noted with where from.
 */
export interface Identity {
  /** Where people can sign in besides with a password. */
  readonly providers: readonly { id: string; label: string }[]
  /** Who sent these cookies; null: nobody whose session lasts. */
  whoIs(from: Client): Promise<SignedIn | null>
  /**
   * The session that the browser had before is over afterwards.
   * @throws AppError `UNAUTHORIZED`, the same for a wrong password and for an address that nobody has; `RATE_LIMITED`.
   */
  signIn(from: Client, credentials: { email: string; password: string }): Promise<SignInStep>
  /** The second step of those who have one. @throws AppError `UNAUTHORIZED`, `RATE_LIMITED`. */
  signInSecond(from: Client, proof: { code: string } | { recoveryCode: string }): Promise<SignInStep>
  /** Harmless where nobody is signed in. */
  signOut(from: Client): Promise<{ setCookies: readonly string[] }>
  /**
   * Begins to sign somebody in at a provider.
   * @param returnTo a path of this server.
   * @returns where to send the browser. @throws AppError `NOT_FOUND` for another provider, `UNAVAILABLE`.
   */
  beginAtProvider(from: Client, providerId: string, returnTo: string): Promise<{ url: string; setCookies: string[] }>
  /** Ends it, with what the provider had the browser bring along. */
  finishAtProvider(from: Client, providerId: string, brought: Readonly<Record<string, string>>): Promise<ProviderStep>
  /**
   * Slow on purpose. Of a password that somebody is to have from now on.
   * @param field how the request calls it. @throws AppError `VALIDATION_FAILED` for one that is easily guessed.
   */
  hashPassword(password: string, owner: { email: string; name: string }, field?: string): Promise<string>
  /** @throws AppError `FORBIDDEN` where it is not this person's password, `RATE_LIMITED`. */
  provePassword(person: PersonRecord, password: string, field?: string): Promise<void>
  /**
   * Counts a request for a link by mail.
   * @returns whether one may be sent to this address. @throws AppError `RATE_LIMITED`.
   */
  askForLink(from: Client, email: string): Promise<boolean>
  /** A code of the authenticator of somebody who is signed in. @throws AppError `FORBIDDEN`, `RATE_LIMITED`. */
  proveCode(from: Client, person: PersonRecord, code: string): Promise<void>
  /** A second step that is not yet asked for. */
  beginTwoFactor(from: Client, password: string): Promise<NewTwoFactor>
  /** From now on it is. @returns the session that takes the place of the present one. @throws AppError `FORBIDDEN`. */
  finishTwoFactor(from: Client, person: PersonRecord, code: string): Promise<SignedIn>
}

/** Where a request comes from, as far as signing in needs it. */
export interface Client {
  cookie: string
  ip: string
  userAgent: string | null
  requestId: string
}

export interface SignedIn {
  person: PersonRecord
  session: SessionRecord
  /** Whole `Set-Cookie` values; none where the browser has what it needs. */
  setCookies: readonly string[]
}

export type SignInStep = ({ done: true } & SignedIn) | { done: false; setCookies: readonly string[] }

/** Why a provider could let nobody in. */
export const PROVIDER_PROBLEMS = [
  'email_not_verified',
  'no_account',
  'denied',
  'provider_unavailable',
  'failed',
] as const
export type ProviderProblem = (typeof PROVIDER_PROBLEMS)[number]

export type ProviderStep = { setCookies: readonly string[] } & (
  | { problem: null; returnTo: string }
  | { problem: ProviderProblem }
)

export interface NewTwoFactor {
  /** `otpauth://…`, for an authenticator. */
  uri: string
  /** The same secret, to be typed. */
  secret: string
  /** Each is good once, in place of a code. */
  recoveryCodes: readonly string[]
}
