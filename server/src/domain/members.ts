import { AppError, mayAssign, type Role } from '@claviger/core'
import { type Actor, requireReach, requireRight, type Standing } from './actor.ts'
import { applyChange, type Changed, type Intent, TOUCHES_NO_KEY } from './change.ts'
import { requireVersion } from './edit-key.ts'
import type { MemberRecord } from './people-records.ts'
import type { Domain, Reads, Writes } from './ports.ts'
import type { KeyRecord, PageRequest } from './records.ts'
import { notFound } from './refusals.ts'

/** By when they joined. @throws AppError `NOT_FOUND`. */
export async function listMembers(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  page: PageRequest,
): Promise<MemberRecord[]> {
  requireReach(actor, organizationId)
  if (!(await database.organization(organizationId))) throw notFound('organization')
  return database.members(organizationId, page)
}

/** @throws AppError `NOT_FOUND`, `FORBIDDEN`, `LAST_OWNER`, `VERSION_CONFLICT`. */
export async function changeRole(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  memberId: string,
  role: Role,
  ifVersion: number | undefined,
): Promise<Changed<MemberRecord>> {
  requireReach(actor, organizationId)
  const intent: Intent = { action: 'member.role', scope: 'members:write' }
  return applyChange<MemberRecord>(domain, actor, intent, async (writes, now, standing) => {
    const member = await findMember(writes, organizationId, memberId)
    requireVersion(member, ifVersion)
    requireAssignable(standing, member.role)
    requireAssignable(standing, role)
    if (member.role === role) return { changed: false, value: member, touched: TOUCHES_NO_KEY }
    if (role !== 'owner') await requireOtherOwner(writes, member)
    const value = { ...member, role, updatedAt: now, version: member.version + 1 }
    await writes.setRole(value)
    const target = { type: 'member', id: memberId, name: member.name }
    const changes = { role: { before: member.role, after: role } }
    return { changed: true, value, touched: TOUCHES_NO_KEY, audit: { organizationId, target, changes } }
  })
}

/** As many keys of somebody who goes are told of at once. */
const MOST_KEYS_TOLD = 1_000

/**
 * Ends a membership; everybody may end their own. Where somebody else ends it, the person's sessions end with it.
 * @returns the live keys that the person answers for: they go on working until it is decided what becomes of them.
 * @throws AppError `NOT_FOUND`, `FORBIDDEN`, `LAST_OWNER`.
 */
export async function removeMember(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  memberId: string,
): Promise<Changed<KeyRecord[]>> {
  requireReach(actor, organizationId)
  // What a member needs is decided below: nothing to leave, and the right to change members for others.
  const intent: Intent = { action: 'member.remove', scope: 'members:write', right: 'members:read' }
  return applyChange<KeyRecord[]>(domain, actor, intent, async (writes, now, standing) => {
    const member = await findMember(writes, organizationId, memberId)
    const leaves = actor.ref.type === 'user' && actor.ref.id === member.personId
    if (!leaves) {
      if (standing.role !== null) requireRight(standing.role, { scope: 'members:write' })
      requireAssignable(standing, member.role)
    }
    await requireOtherOwner(writes, member)
    await endMembership(writes, member, now)
    if (!leaves) await writes.endSessions(member.personId, null)
    const value = await writes.keysOf({
      organizationId,
      filter: { statuses: ['active', 'disabled', 'pending'], owner: member.personId },
      sort: 'createdAt',
      descending: false,
      limit: MOST_KEYS_TOLD,
      after: null,
      now,
    })
    const changes = { role: { before: member.role, after: null }, person: member.personId, left: leaves }
    const target = { type: 'member', id: memberId, name: member.name }
    return { changed: true, value, touched: TOUCHES_NO_KEY, audit: { organizationId, target, changes } }
  })
}

/** Within a change: takes the person out, and notes that they were there. No link that was sent to them brings them back. */
export async function endMembership(writes: Writes, member: MemberRecord, now: number): Promise<void> {
  const { id, organizationId, personId, name, email } = member
  await writes.deleteMember(id)
  await writes.deleteDeparture(organizationId, personId)
  await writes.insertDeparture({ organizationId, personId, name, leftAt: now })
  for (const invitation of await writes.openInvitations(email)) {
    if (invitation.organizationId === organizationId) await writes.updateInvitation({ ...invitation, revokedAt: now })
  }
}

/** @throws AppError `NOT_FOUND`, also for a member of another organization. */
export async function findMember(reads: Reads, organizationId: string, memberId: string): Promise<MemberRecord> {
  const member = await reads.member(memberId)
  if (member?.organizationId !== organizationId) throw notFound('member')
  return member
}

/** @throws AppError `FORBIDDEN` where this role is above whoever asks. */
export function requireAssignable(standing: Standing, role: Role): void {
  if (standing.role === null || mayAssign(standing.role, role)) return
  throw new AppError('FORBIDDEN', `The role ${standing.role} can neither give nor take away the role ${role}.`, {
    role: standing.role,
    asked: role,
  })
}

/** Holds under races, like everything that is counted within a change. @throws AppError `LAST_OWNER`. */
export async function requireOtherOwner(writes: Writes, { role, organizationId }: MemberRecord): Promise<void> {
  if (role !== 'owner') return
  const owners = await writes.membersWithRole(organizationId, ['owner'])
  if (owners.length > 1) return
  throw new AppError('LAST_OWNER', 'This is the only owner of the organization; make somebody else one first.', {
    organization: organizationId,
  })
}
