import type { Me, Person, SignedIn } from '@claviger/core'
import { has } from './answer.ts'
import type { CallOptions, Send } from './transport.ts'
import type { SecondStepRequest, SetUpAnswer, SetUpRequest, SignInRequest } from './wire.ts'

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
  }
}

function isSignedIn(answer: Readonly<Record<string, unknown>>): boolean {
  return answer.person !== undefined || answer.twoFactorRequired === true
}
