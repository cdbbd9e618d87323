import type { Me, Person, SessionState, SignedIn } from '@claviger/core'
import { has } from './answer.ts'
import type { CallOptions, Send } from './transport.ts'
import type { ConfirmRequest, SecondStepRequest, SetUpAnswer, SetUpRequest, SignInRequest } from './wire.ts'

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
  /** Shows once more who it is, with the password or, without one, a code: the session is then fresh for ten minutes. */
  confirm(proof: ConfirmRequest, options?: CallOptions): Promise<{ session: SessionState }>
}

export function createPeople(send: Send): People {
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
  }
}

function isSignedIn(answer: Readonly<Record<string, unknown>>): boolean {
  return answer.person !== undefined || answer.twoFactorRequired === true
}
