import type { AuditEntry } from './audit.ts'
import { type Outcome, TOUCHES_NO_KEY } from './change.ts'
import type { PersonEnding } from './journal.ts'
import { endMembership } from './members.ts'
import type { Writes } from './ports.ts'

/** What is done again to people, their memberships and invitations. It cannot be refused: an owner may be the last one. */

export const PEOPLE_ACTIONS: Readonly<Record<PersonEnding['what'], string>> = {
  remove: 'member.remove',
  demote: 'member.role',
  close: 'invitation.revoke',
  'no-operator': 'person.operator',
  'no-password': 'person.password.change',
  expel: 'person.delete',
}

/** @returns false where the database knows it, or does not know whom it was done to. */
export async function endForPeople(
  writes: Writes,
  { what, id }: PersonEnding,
  note: string,
  now: number,
): Promise<Outcome<boolean>> {
  const touched = TOUCHES_NO_KEY
  const done = await DO[what](writes, id, now)
  if (!done) return { changed: false, value: false, touched }
  return { changed: true, value: true, touched, audit: { ...done, changes: { ...done.changes, note } } }
}

const DO: Readonly<
  Record<PersonEnding['what'], (writes: Writes, id: string, now: number) => Promise<AuditEntry | null>>
> = {
  async remove(writes, id, now) {
    const member = await writes.member(id)
    if (!member) return null
    await endMembership(writes, member, now)
    const { organizationId, name, role } = member
    return { organizationId, target: { type: 'member', id, name }, changes: { role: { before: role, after: null } } }
  },

  async demote(writes, id, now) {
    const member = await writes.member(id)
    if (!member || member.role === 'viewer') return null
    const { organizationId, name, role, version } = member
    await writes.setRole({ id, role: 'viewer', updatedAt: now, version: version + 1 })
    const changes = { role: { before: role, after: 'viewer' } }
    return { organizationId, target: { type: 'member', id, name }, changes }
  },

  async close(writes, id, now) {
    const invitation = await writes.invitation(id)
    if (!invitation || invitation.acceptedAt !== null || invitation.revokedAt !== null) return null
    await writes.updateInvitation({ ...invitation, revokedAt: now })
    const { organizationId, email } = invitation
    const changes = { revokedAt: { before: null, after: now } }
    return { organizationId, target: { type: 'invitation', id, name: email }, changes }
  },

  async 'no-operator'(writes, id) {
    const person = await writes.person(id)
    if (!person?.operator) return null
    await writes.setOperator(id, false)
    return { ...ofPerson(id, person.name), changes: { operator: { before: true, after: false } } }
  },

  async 'no-password'(writes, id) {
    const person = await writes.person(id)
    if (!person || (await writes.passwordHashOf(id)) === null) return null
    await writes.removePassword(id)
    return { ...ofPerson(id, person.name), changes: { password: 'removed' } }
  },

  async expel(writes, id, now) {
    const person = await writes.person(id)
    if (!person) return null
    for (const { id: memberId } of await writes.membershipsOf(id)) {
      const member = await writes.member(memberId)
      if (member) await endMembership(writes, member, now)
    }
    await writes.deletePerson(id)
    return { ...ofPerson(id, person.name), changes: { email: { before: person.email, after: null } } }
  },
}

function ofPerson(id: string, name: string) {
  return { organizationId: null, target: { type: 'person', id, name } }
}
