import {
  type DepartedOwner,
  type Invitation,
  type KeySummary,
  type Member,
  type PersonWithMemberships,
  statusOf,
} from '@claviger/core'
import type { DepartedKeys } from '../domain/departures.ts'
import { invitationStatus } from '../domain/invitations.ts'
import type { PersonAndPlaces } from '../domain/people.ts'
import type { InvitationRecord, MemberRecord } from '../domain/people-records.ts'
import type { KeyRecord } from '../domain/records.ts'
import { presentPerson } from './present-people.ts'

export function presentMember({ id, personId, name, email, twoFactor, role, joinedAt, version }: MemberRecord): Member {
  return { id, person: { id: personId, name, email, twoFactor }, role, joinedAt: time(joinedAt), version }
}

export function presentInvitation(invitation: InvitationRecord, now: number): Invitation {
  const { id, email, role, invitedBy, createdAt, expiresAt } = invitation
  const status = invitationStatus(invitation, now)
  return { id, email, role, invitedBy, createdAt: time(createdAt), expiresAt: time(expiresAt), status }
}

export function summarizeKey(key: KeyRecord, now: number): KeySummary {
  const { id, name, prefix, environment, lastUsedAt } = key
  const status = statusOf(key, now)
  return { id, name, prefix, status, environment, lastUsedAt: lastUsedAt === null ? null : time(lastUsedAt) }
}

export function presentDeparted({ departure, keys }: DepartedKeys, now: number): DepartedOwner {
  const { personId: id, name, leftAt } = departure
  return { person: { id, name }, leftAt: time(leftAt), keys: keys.map((key) => summarizeKey(key, now)) }
}

export function presentPersonAndPlaces({ person, memberships }: PersonAndPlaces): PersonWithMemberships {
  return {
    ...presentPerson(person),
    createdAt: time(person.createdAt),
    memberships: memberships.map(({ id, organizationId, organizationName, role }) => ({
      id,
      organization: { id: organizationId, name: organizationName },
      role,
    })),
  }
}

function time(at: number): string {
  return new Date(at).toISOString()
}
