import { AppError, newId } from '@claviger/core'
import type { Actor } from './actor.ts'
import type { AuditEntry } from './audit.ts'
import { applyChange, type Changed, type Intent, TOUCHES_NO_KEY } from './change.ts'
import { invitationOf } from './invitation-links.ts'
import type { InvitationRecord, Membership, PersonRecord } from './people-records.ts'
import type { Domain, Reads, Writes } from './ports.ts'
import { notFound } from './refusals.ts'

/** An invitation as its link shows it. */
export interface InvitationSeen {
  invitation: InvitationRecord
  organizationName: string
  /** The account with its address, where there is one. */
  account: PersonRecord | undefined
}

/** @throws AppError `NOT_FOUND` for a link that leads nowhere. */
export async function seeInvitation(domain: Domain, token: string): Promise<InvitationSeen> {
  const { database, clock } = domain
  const invitation = await invitationOf(domain, database, token, clock.now())
  const organization = await database.organization(invitation.organizationId)
  if (!organization) throw notFound('organization')
  return { invitation, organizationName: organization.name, account: await database.personByEmail(invitation.email) }
}

/** Who accepts: somebody who is signed in, or somebody new, with a password that was hashed before. */
export type Accepting =
  | { personId: string; sessionId: string; name: string }
  | { personId: null; name: string; passwordHash: string }

/**
 * Makes somebody a member. Of parallel calls with one link one succeeds.
 * @throws AppError `NOT_FOUND` for a link that leads nowhere, `UNAUTHORIZED` where the address has an account and
 * nobody is signed in, `FORBIDDEN` where somebody else is, `MEMBER_EXISTS`.
 */
export async function acceptInvitation(
  domain: Domain,
  from: Pick<Actor, 'ip' | 'userAgent' | 'requestId'>,
  token: string,
  who: Accepting,
): Promise<Changed<Membership & { personId: string }>> {
  const { randomBytes, clock } = domain
  const personId = who.personId ?? newId('usr', clock.now(), randomBytes)
  const actor: Actor = {
    ...from,
    ref: { type: 'user', id: personId, name: who.name },
    boundTo: null,
    ...(who.personId === null ? { proof: 'link' } : { sessionId: who.sessionId }),
  }
  const intent: Intent = { action: 'invitation.accept', scope: null }
  return applyChange<Membership & { personId: string }>(domain, actor, intent, async (writes, now) => {
    const invitation = await invitationOf(domain, writes, token, now)
    const { id, organizationId, email, role } = invitation
    const organization = await writes.organization(organizationId)
    if (!organization) throw notFound('organization')
    await requireTheInvited(writes, invitation, who.personId)
    const audit: AuditEntry[] = []
    if (who.personId === null) {
      const { name, passwordHash } = who
      await writes.insertPerson({ id: personId, name, email, operator: false, passwordHash }, now)
      const target = { type: 'person', id: personId, name }
      audit.push({ action: 'person.create', organizationId: null, target, changes: { email: { after: email } } })
    }
    const memberId = newId('mbr', now, randomBytes)
    const member = { id: memberId, organizationId, personId, role, joinedAt: now, updatedAt: now, version: 1 }
    await writes.insertMember(member)
    await writes.deleteDeparture(organizationId, personId)
    await writes.updateInvitation({ ...invitation, acceptedAt: now })
    const changes = { member: { after: memberId }, person: { after: personId }, role: { after: role } }
    // Filed under the invitation: a database that forgets this must not leave its link open.
    audit.push({ organizationId, target: { type: 'invitation', id, name: email }, changes })
    const value = { id: memberId, organizationId, organizationName: organization.name, role, personId }
    return { changed: true, value, touched: TOUCHES_NO_KEY, audit }
  })
}

/** @param personId of who is signed in; null: nobody is. */
export async function requireTheInvited(
  reads: Reads | Writes,
  { email, organizationId }: InvitationRecord,
  personId: string | null,
): Promise<void> {
  const account = await reads.personByEmail(email)
  if (account === undefined && personId === null) return
  if (personId === null) {
    throw new AppError(
      'UNAUTHORIZED',
      'There is an account with this address: sign in to it, then open the link again.',
    )
  }
  if (account?.id !== personId) {
    throw new AppError('FORBIDDEN', 'This invitation is for another address than yours; sign out to accept it.')
  }
  if (await reads.membership(organizationId, personId)) {
    throw new AppError('MEMBER_EXISTS', 'You are a member of this organization already.')
  }
}
