import type { Me, Page, Person, SessionState, SignedIn } from '@claviger/core'
import { has } from './answer.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type {
  ChangePasswordRequest,
  ConfirmRequest,
  MySession,
  NewTwoFactor,
  ResetPasswordRequest,
  SecondStepRequest,
  SetUpAnswer,
  SetUpRequest,
  SignInMethods,
  SignInRequest,
} from './wire.ts'

/** For people in a browser: what is signed in or out is the session of the page's own origin. */
export interface People {
  /** Who is signed in, and where they belong. @throws ClavigerError `UNAUTHORIZED` where nobody is. */
  me(options?: CallOptions): Promise<Me>
  /** Makes the first operator account, with the token of the link that the server printed, and signs it in. */
  setUp(request: SetUpRequest, options?: CallOptions): Promise<SetUpAnswer>
  signIn(request: SignInRequest, options?: CallOptions): Promise<SignedIn>
  /** The second step, where the first asked for it. */
  signInSecond(request: SecondStepRequest, options?: CallOptions): Promise<{ person: Person }>
  signOut(options?: CallOptions): Promise<object>
  /**
   * Shows once more who it is, with the password, and a code as well where a second step is on: the session is then
   * fresh for ten minutes. Whoever has no password signs in anew instead.
   */
  confirm(proof: ConfirmRequest, options?: CallOptions): Promise<{ session: SessionState }>
  /** What there is besides the password. */
  methods(options?: CallOptions): Promise<SignInMethods>
  /** Where to send the browser, to sign in at an identity provider. It comes back to the path `returnTo`. */
  signInAt(providerId: string, returnTo?: string, options?: CallOptions): Promise<{ url: string }>
  /** Has a link mailed by which a new password is set. The answer is the same where nobody has that address. */
  forgotPassword(email: string, options?: CallOptions): Promise<object>
  /** Sets a password by such a link; every session of theirs is over. */
  resetPassword(request: ResetPasswordRequest, options?: CallOptions): Promise<object>
  rename(name: string, options?: CallOptions): Promise<{ person: Person }>
  /** All other sessions are over. */
  changePassword(request: ChangePasswordRequest, options?: CallOptions): Promise<object>
  /** A second step is asked for only once `confirmTwoFactor` has had a code. */
  beginTwoFactor(password: string, options?: CallOptions): Promise<NewTwoFactor>
  confirmTwoFactor(code: string, options?: CallOptions): Promise<object>
  disableTwoFactor(password: string, options?: CallOptions): Promise<object>
  /** Where I am signed in. */
  sessions(options?: CallOptions): Promise<Page<MySession>>
  endSession(sessionId: string, options?: CallOptions): Promise<object>
  endOtherSessions(options?: CallOptions): Promise<object>
}

export function createPeople(send: Send): People {
  /** Where the answer says no more than that it is done. */
  const done = (method: 'POST' | 'DELETE', to: string, body: object | undefined, options?: CallOptions) =>
    send<object>({ method, path: to, ...(body && { body }), isAnswer: () => true }, options)

  return {
    me: (options) => send({ method: 'GET', path: '/v1/me', isAnswer: has('person', 'memberships') }, options),
    setUp: (body, options) =>
      send({ method: 'POST', path: '/v1/setup', body, isAnswer: has('person', 'organization') }, options),
    signIn: (body, options) => send({ method: 'POST', path: '/v1/auth/sign-in', body, isAnswer: isSignedIn }, options),
    signInSecond: (body, options) =>
      send({ method: 'POST', path: '/v1/auth/two-factor', body, isAnswer: has('person') }, options),
    signOut: (options) => send({ method: 'POST', path: '/v1/auth/sign-out', body: {}, isAnswer: () => true }, options),
    confirm: (body, options) =>
      send({ method: 'POST', path: '/v1/me/confirm', body, isAnswer: has('session') }, options),
    methods: (options) => send({ method: 'GET', path: '/v1/auth/methods', isAnswer: has('providers') }, options),
    signInAt: async (providerId, returnTo, options) => {
      const body = returnTo === undefined ? {} : { returnTo }
      return send({ method: 'POST', path: path`/v1/auth/providers/${providerId}`, body, isAnswer: has('url') }, options)
    },
    forgotPassword: (email, options) => done('POST', '/v1/auth/password/forgot', { email }, options),
    resetPassword: (body, options) => done('POST', '/v1/auth/password/reset', body, options),
    rename: (name, options) =>
      send({ method: 'PATCH', path: '/v1/me', body: { name }, isAnswer: has('person') }, options),
    changePassword: (body, options) => done('POST', '/v1/me/password', body, options),
    beginTwoFactor: (password, options) =>
      send(
        { method: 'POST', path: '/v1/me/two-factor', body: { password }, isAnswer: has('secret', 'recoveryCodes') },
        options,
      ),
    confirmTwoFactor: (code, options) => done('POST', '/v1/me/two-factor/confirm', { code }, options),
    disableTwoFactor: (password, options) => done('POST', '/v1/me/two-factor/disable', { password }, options),
    sessions: (options) =>
      send({ method: 'GET', path: '/v1/me/sessions', isAnswer: has('items', 'nextCursor') }, options),
    endSession: async (sessionId, options) => done('DELETE', path`/v1/me/sessions/${sessionId}`, undefined, options),
    endOtherSessions: (options) => done('DELETE', '/v1/me/sessions', undefined, options),
  }
}

function isSignedIn(answer: Readonly<Record<string, unknown>>): boolean {
  return answer.person !== undefined || answer.twoFactorRequired === true
}
