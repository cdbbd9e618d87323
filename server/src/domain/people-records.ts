import type { Role } from '@claviger/core'
import type { QueuedNotice } from './notice-facts.ts'
import type { KeyRecord, PageRequest } from './records.ts'

/** People and where they belong, as the domain sees them. Times are milliseconds since 1970, UTC. */

export interface PersonRecord {
  id: string
  name: string
  /** In lower case. */
  email: string
  twoFactor: boolean
  /** Sees and changes the whole deployment. */
  operator: boolean
  createdAt: number
}

/** As the audit log names a person. */
export function personTarget({ id, name }: Pick<PersonRecord, 'id' | 'name'>) {
  return { type: 'person', id, name }
}

export interface SessionRecord {
  id: string
  personId: string
  createdAt: number
  /** When it was last used, to a few minutes. */
  seenAt: number
  expiresAt: number
  /** When the person last proved who they are. */
  confirmedAt: number
  ip: string | null
  userAgent: string | null
}

export interface MemberRecord {
  id: string
  organizationId: string
  personId: string
  name: string
  email: string
  twoFactor: boolean
  role: Role
  joinedAt: number
  updatedAt: number
  version: number
}

/** Where a person belongs. */
export interface Membership {
  id: string
  organizationId: string
  organizationName: string
  role: Role
}

export interface InvitationRecord {
  id: string
  organizationId: string
  /** In lower case. */
  email: string
  role: Role
  invitedBy: { id: string | null; name: string }
  createdAt: number
  expiresAt: number
  acceptedAt: number | null
  revokedAt: number | null
}

export interface DepartureRecord {
  organizationId: string
  personId: string
  name: string
  leftAt: number
}

export interface NewPerson {
  id: string
  name: string
  email: string
  operator: boolean
  /** Hashed; null: signs in by an identity provider only. */
  passwordHash: string | null
}

/** How an identity provider knows somebody. */
export interface ProviderAccount {
  providerId: string
  accountId: string
}

export interface DepartedKeysRequest {
  organizationId: string
  now: number
  limit: number
  /** The owner and the key after which the page begins; null: the first page. */
  after: { owner: string; key: string } | null
}

/** What is to be told to somebody by mail: facts, and never a link, which is made when it is sent. */
export type NewMail = QueuedNotice & {
  id: string
  recipient: string
  createdAt: number
}

/** A mail that waits, as some version of this server queued it. */
export interface MailRecord {
  id: string
  recipient: string
  notice: string
  facts: Record<string, unknown>
  createdAt: number
  /** That failed. */
  attempts: number
  nextAttemptAt: number
  lastError: string | null
}

export interface PeopleReads {
  person(id: string): Promise<PersonRecord | undefined>
  /** @param email in lower case. */
  personByEmail(email: string): Promise<PersonRecord | undefined>
  /** By id, which is their age. */
  people(page: PageRequest): Promise<PersonRecord[]>
  hasOperator(): Promise<boolean>
  countOperators(): Promise<number>
  session(id: string): Promise<SessionRecord | undefined>
  /** The latest first. */
  sessionsOf(personId: string): Promise<SessionRecord[]>
  /** Their hash; null: none. */
  passwordHashOf(personId: string): Promise<string | null>
  /** Whom an identity provider means by an account. */
  personByProvider(account: ProviderAccount): Promise<PersonRecord | undefined>
  /** How that provider knows this person. */
  providerAccountOf(personId: string, providerId: string): Promise<ProviderAccount | undefined>
  /** Digests of from where a person has signed in, the latest first. */
  placesOf(personId: string): Promise<Uint8Array[]>
  membership(organizationId: string, personId: string): Promise<MemberRecord | undefined>
  /** The oldest first. */
  membershipsOf(personId: string): Promise<Membership[]>
  member(id: string): Promise<MemberRecord | undefined>
  /** By id, which is when they joined. */
  members(organizationId: string, page: PageRequest): Promise<MemberRecord[]>
  membersWithRole(organizationId: string, roles: readonly Role[]): Promise<MemberRecord[]>
  invitation(id: string): Promise<InvitationRecord | undefined>
  /** The newest first. */
  invitations(organizationId: string, page: PageRequest): Promise<InvitationRecord[]>
  /** That nobody has accepted or taken back. */
  openInvitations(email: string): Promise<InvitationRecord[]>
  departures(organizationId: string): Promise<DepartureRecord[]>
  /** Keys neither revoked nor past expiry whose owner has left, by owner and then by id. */
  departedKeys(request: DepartedKeysRequest): Promise<KeyRecord[]>
}

export interface PeopleWrites {
  insertPerson(person: NewPerson, now: number): Promise<void>
  renamePerson(id: string, name: string, now: number): Promise<void>
  setOperator(id: string, operator: boolean): Promise<void>
  /** With every way to sign in; the memberships go first. */
  deletePerson(id: string): Promise<void>
  /** Replaces it, or gives a first one. */
  setPassword(personId: string, passwordHash: string, now: number): Promise<void>
  /** Until they give themselves another one they sign in by an identity provider, or not at all. */
  removePassword(personId: string): Promise<void>
  /** Replaces the one at the same provider. */
  setProviderAccount(personId: string, account: ProviderAccount, now: number): Promise<void>
  removeTwoFactor(personId: string): Promise<void>
  /** @param keep as many of the latest places stay. */
  notePlace(personId: string, place: Uint8Array, now: number, keep: number): Promise<void>
  /** @param except the id of one session that goes on. */
  endSessions(personId: string, except: string | null): Promise<void>
  endSession(id: string): Promise<void>
  /** Of everybody. */
  endEverySession(): Promise<void>
  /** Removes those of a person that are over at `now`. */
  dropOldSessions(personId: string, now: number): Promise<void>
  confirmSession(id: string, at: number): Promise<void>
  insertMember(member: Omit<MemberRecord, 'name' | 'email' | 'twoFactor'>): Promise<void>
  setRole(member: Pick<MemberRecord, 'id' | 'role' | 'updatedAt' | 'version'>): Promise<void>
  deleteMember(id: string): Promise<void>
  insertInvitation(invitation: InvitationRecord): Promise<void>
  updateInvitation(invitation: InvitationRecord): Promise<void>
  insertDeparture(departure: DepartureRecord): Promise<void>
  deleteDeparture(organizationId: string, personId: string): Promise<void>
  /** Where this server sends no mail, nothing is queued. */
  queueMail(mail: NewMail): Promise<void>
}
