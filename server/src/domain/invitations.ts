import { AppError, type InvitationStatus, newId, type Role } from '@claviger/core'
import { type Actor, requireReach, type Standing } from './actor.ts'
import { applyChange, type Changed, type Intent, type Outcome, TOUCHES_NO_KEY } from './change.ts'
import { INVITATION_MS, isOpen } from './invitation-links.ts'
import { requireAssignable } from './members.ts'
import type { InvitationRecord } from './people-records.ts'
import type { Domain, Reads, Writes } from './ports.ts'
import { queueNotice } from './queue-notice.ts'
import type { PageRequest } from './records.ts'
import { notFound } from './refusals.ts'

export interface NewInvitation {
  email: string
  role: Role
}

export function invitationStatus(
  { acceptedAt, revokedAt, expiresAt }: InvitationRecord,
  now: number,
): InvitationStatus {
  if (acceptedAt !== null) return 'accepted'
  if (revokedAt !== null) return 'revoked'
  return expiresAt <= now ? 'expired' : 'pending'
}

/** Newest first, whatever became of them. @throws AppError `NOT_FOUND`. */
export async function listInvitations(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  page: PageRequest,
): Promise<InvitationRecord[]> {
  requireReach(actor, organizationId)
  if (!(await database.organization(organizationId))) throw notFound('organization')
  return database.invitations(organizationId, page)
}

/**
 * Asks somebody in. An address has one open invitation to an organization at most: a new one ends the one before.
 * Where mail is sent, it is sent; elsewhere whoever invites hands over the link.
 * @throws AppError `NOT_FOUND`, `FORBIDDEN` for a role above one's own, `MEMBER_EXISTS`.
 */
export async function invite(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  { email: given, role }: NewInvitation,
): Promise<Changed<InvitationRecord>> {
  requireReach(actor, organizationId)
  const email = given.toLowerCase()
  const intent: Intent = { action: 'invitation.create', scope: 'members:write' }
  return applyChange<InvitationRecord>(domain, actor, intent, async (writes, now, standing) => {
    if (!(await writes.organization(organizationId))) throw notFound('organization')
    requireAssignable(standing, role)
    await requireNoMember(writes, organizationId, email)
    const replaced: string[] = []
    for (const open of await writes.openInvitations(email)) {
      if (open.organizationId !== organizationId) continue
      requireAssignable(standing, open.role)
      await writes.updateInvitation({ ...open, revokedAt: now })
      replaced.push(open.id)
    }
    const { id: invitedById, name } = actor.ref
    const invitation: InvitationRecord = {
      id: newId('inv', now, domain.randomBytes),
      organizationId,
      email,
      role,
      invitedBy: { id: invitedById, name },
      createdAt: now,
      expiresAt: now + INVITATION_MS,
      acceptedAt: null,
      revokedAt: null,
    }
    await writes.insertInvitation(invitation)
    await send(domain, writes, invitation, now)
    const changes = { role: { after: role }, expiresAt: { after: invitation.expiresAt }, replaced }
    return told(invitation, changes)
  })
}

/**
 * Sends an invitation again, with seven days from now; the links sent before are over. So is one that has expired.
 * @throws AppError `NOT_FOUND`, `FORBIDDEN`, `INVITATION_CLOSED`, `MEMBER_EXISTS`.
 */
export async function resendInvitation(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  invitationId: string,
): Promise<Changed<InvitationRecord>> {
  return changeInvitation(
    domain,
    actor,
    organizationId,
    invitationId,
    'invitation.resend',
    async (writes, was, now) => {
      requireOpen(was)
      await requireNoMember(writes, organizationId, was.email)
      const invitation = { ...was, expiresAt: now + INVITATION_MS }
      await writes.updateInvitation(invitation)
      await send(domain, writes, invitation, now)
      return told(invitation, { expiresAt: { before: was.expiresAt, after: invitation.expiresAt } })
    },
  )
}

/** From now on its links lead nowhere. @throws AppError `NOT_FOUND`, `FORBIDDEN`, `INVITATION_CLOSED` once accepted. */
export async function revokeInvitation(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  invitationId: string,
): Promise<Changed<InvitationRecord>> {
  return changeInvitation(
    domain,
    actor,
    organizationId,
    invitationId,
    'invitation.revoke',
    async (writes, was, now) => {
      if (was.revokedAt !== null) return { changed: false, value: was, touched: TOUCHES_NO_KEY }
      requireOpen(was)
      const invitation = { ...was, revokedAt: now }
      await writes.updateInvitation(invitation)
      return told(invitation, { revokedAt: { before: null, after: now } })
    },
  )
}

async function changeInvitation(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  invitationId: string,
  action: string,
  work: (writes: Writes, was: InvitationRecord, now: number, standing: Standing) => Promise<Outcome<InvitationRecord>>,
): Promise<Changed<InvitationRecord>> {
  requireReach(actor, organizationId)
  return applyChange(domain, actor, { action, scope: 'members:write' }, async (writes, now, standing) => {
    const was = await writes.invitation(invitationId)
    // Same answer as an unknown id: another organization's invitations are nobody's business here.
    if (was?.organizationId !== organizationId) throw notFound('invitation')
    requireAssignable(standing, was.role)
    return work(writes, was, now, standing)
  })
}

function told(invitation: InvitationRecord, changes: Record<string, unknown>): Outcome<InvitationRecord> {
  const { id, organizationId, email } = invitation
  const audit = { organizationId, target: { type: 'invitation', id, name: email }, changes }
  return { changed: true, value: invitation, touched: TOUCHES_NO_KEY, audit }
}

function send(domain: Domain, writes: Writes, { id, email }: InvitationRecord, now: number): Promise<void> {
  return queueNotice(domain, writes, [email], { notice: 'invitation', facts: { invitationId: id } }, now)
}

function requireOpen(invitation: InvitationRecord): void {
  if (isOpen(invitation)) return
  const became = invitation.acceptedAt === null ? 'taken back' : 'accepted'
  throw new AppError('INVITATION_CLOSED', `This invitation was ${became}; make a new one.`, {})
}

async function requireNoMember(reads: Reads, organizationId: string, email: string): Promise<void> {
  const person = await reads.personByEmail(email)
  const member = person && (await reads.membership(organizationId, person.id))
  if (member) throw new AppError('MEMBER_EXISTS', 'A member has this address already.', { member: member.id })
}
