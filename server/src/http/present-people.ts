import { type Right, ROLE_RIGHTS } from '@claviger/core'
import type { Membership, PersonRecord, SessionRecord } from '../domain/people-records.ts'
import { FRESH_MS } from '../domain/production.ts'

export function presentPerson({ id, name, email, operator, twoFactor }: PersonRecord) {
  return { id, name, email, operator, twoFactor }
}

export function presentMembership({ id, organizationId, organizationName, role }: Membership) {
  const rights: Right[] = [...ROLE_RIGHTS[role]]
  return { id, organization: { id: organizationId, name: organizationName }, role, rights }
}

export function presentSessionState({ id, confirmedAt, expiresAt }: SessionRecord) {
  return { id, confirmedAt: time(confirmedAt), freshUntil: time(confirmedAt + FRESH_MS), expiresAt: time(expiresAt) }
}

export function presentSession({ id, createdAt, seenAt, ip, userAgent }: SessionRecord, currentId: string) {
  return { id, createdAt: time(createdAt), lastSeenAt: time(seenAt), ip, userAgent, current: id === currentId }
}

function time(at: number): string {
  return new Date(at).toISOString()
}
