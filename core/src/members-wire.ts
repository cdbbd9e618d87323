import type { Status } from './lifecycle.ts'
import type { MembershipView, Person } from './people-wire.ts'
import type { Role } from './roles.ts'
import type { ApiKey, Receipt, Timestamp } from './wire.ts'

/** What travels about who belongs to an organization, and who has left it. Times are RFC 3339 in UTC. */

/** A person in an organization. */
export interface Member {
  id: string
  person: { id: string; name: string; email: string; twoFactor: boolean }
  role: Role
  joinedAt: Timestamp
  version: number
}

export interface MemberChange {
  member: Member
  receipt: Receipt
}

/** As much of a key as it takes to decide what becomes of it. */
export type KeySummary = Pick<ApiKey, 'id' | 'name' | 'prefix' | 'environment' | 'lastUsedAt'> & { status: Status }

export interface MemberRemoved {
  /** The live keys that this person answers for, the oldest first, 1,000 at most. */
  keys: KeySummary[]
  receipt: Receipt
}

export const INVITATION_STATUSES = ['accepted', 'revoked', 'expired', 'pending'] as const
export type InvitationStatus = (typeof INVITATION_STATUSES)[number]

export interface Invitation {
  id: string
  email: string
  role: Role
  invitedBy: { id: string | null; name: string }
  createdAt: Timestamp
  expiresAt: Timestamp
  /** The first of accepted, revoked, expired and pending that holds. */
  status: InvitationStatus
}

export interface InvitationChange {
  invitation: Invitation
  receipt: Receipt
}

export interface InvitationSent extends InvitationChange {
  /** To be handed to the person; null: it was mailed to them, or this is the replay of an idempotent request. */
  link: string | null
  replayed?: true
}

/** What whoever holds an invitation's link may know of it. */
export interface InvitationPreview {
  organization: { name: string }
  email: string
  role: Role
  invitedBy: { name: string }
  expiresAt: Timestamp
  /** Whether there is an account with this address: its holder has to be signed in to accept. */
  hasAccount: boolean
}

/** Somebody who has left an organization, and live keys that still name them as their owner. */
export interface DepartedOwner {
  person: { id: string; name: string }
  leftAt: Timestamp
  keys: KeySummary[]
}

/** What becomes of the key of somebody who has left: nobody's but the organization's, somebody else's, or revoked. */
export interface DepartureDecision {
  key: string
  decision: 'keep' | 'hand-over' | 'revoke'
  /** To whom it is handed over: the id of a person who is a member. */
  to?: string
}

export interface DepartureResolved {
  /** In the order asked: `done`, or the code of the error that kept it from being done. */
  items: { key: string; outcome: string; message: string | null }[]
  receipt: Receipt
}

/** Somebody with an account here. */
export interface PersonWithMemberships extends Person {
  createdAt: Timestamp
  memberships: Omit<MembershipView, 'rights'>[]
}

export interface PersonChange {
  person: Person
  receipt: Receipt
}

export interface PersonCreated extends PersonChange {
  /** By which they give themselves a password, within an hour; null: it was mailed, or this is a replay. */
  link: string | null
  replayed?: true
}

/** Of an invitation: who has joined, and as what. */
export interface Accepted {
  person: Person
  membership: MembershipView
}
