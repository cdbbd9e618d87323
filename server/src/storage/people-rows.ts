import type { InvitationRecord, MemberRecord, PersonRecord, SessionRecord } from '../domain/people-records.ts'
import type { InvitationRow, MemberRow, Moment, PersonRow, SessionRow } from './schema.ts'

export function toPerson(row: PersonRow): PersonRecord {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    twoFactor: Boolean(row.two_factor_enabled),
    operator: row.operator === 1,
    createdAt: millisecondsOf(row.created_at),
  }
}

export function toSession(row: SessionRow): SessionRecord {
  const createdAt = millisecondsOf(row.created_at)
  return {
    id: row.id,
    personId: row.person_id,
    createdAt,
    seenAt: millisecondsOf(row.updated_at),
    expiresAt: millisecondsOf(row.expires_at),
    confirmedAt: Math.max(createdAt, row.confirmed_at ?? 0),
    ip: row.ip_address || null,
    userAgent: row.user_agent || null,
  }
}

export function toMember(row: MemberRow & Pick<PersonRow, 'name' | 'email' | 'two_factor_enabled'>): MemberRecord {
  return {
    id: row.id,
    organizationId: row.organization_id,
    personId: row.person_id,
    name: row.name,
    email: row.email,
    twoFactor: Boolean(row.two_factor_enabled),
    role: row.role,
    joinedAt: row.joined_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}

export function toInvitation(row: InvitationRow): InvitationRecord {
  return {
    id: row.id,
    organizationId: row.organization_id,
    email: row.email,
    role: row.role,
    invitedBy: { id: row.invited_by_id, name: row.invited_by_name },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    acceptedAt: row.accepted_at,
    revokedAt: row.revoked_at,
  }
}

export function fromInvitation(invitation: InvitationRecord): InvitationRow {
  return {
    id: invitation.id,
    organization_id: invitation.organizationId,
    email: invitation.email,
    role: invitation.role,
    invited_by_id: invitation.invitedBy.id,
    invited_by_name: invitation.invitedBy.name,
    created_at: invitation.createdAt,
    expires_at: invitation.expiresAt,
    accepted_at: invitation.acceptedAt,
    revoked_at: invitation.revokedAt,
  }
}

function millisecondsOf(moment: Moment): number {
  return new Date(moment).getTime()
}
