import type { Right, Role } from './roles.ts'
import type { Timestamp } from './wire.ts'

/** What travels about people, as JSON. */

export interface Person {
  id: string
  name: string
  email: string
  /** Runs the deployment: may do everything, in every organization. */
  operator: boolean
  /** Signs in with a second step. */
  twoFactor: boolean
}

export interface MembershipView {
  id: string
  organization: { id: string; name: string }
  role: Role
  rights: Right[]
}

/** The session of whoever asks. */
export interface SessionState {
  id: string
  confirmedAt: Timestamp
  /** Until then it is fresh enough for what asks for it. */
  freshUntil: Timestamp
  expiresAt: Timestamp
}

export interface Me {
  person: Person & { hasPassword: boolean }
  memberships: MembershipView[]
  session: SessionState
}

/** Of a sign-in: who it is, or that a second step is wanted. */
export type SignedIn = { person: Person } | { twoFactorRequired: true }
