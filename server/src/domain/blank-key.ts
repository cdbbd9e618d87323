import type { ActorRef } from '@claviger/core'
import type { KeyRecord } from './records.ts'

type Chosen = Pick<KeyRecord, 'id' | 'catalogue' | 'organizationId' | 'name' | 'prefix' | 'accessLevel' | 'scopes'>

/** A key on its first day: what was chosen for it, and nothing that has happened to it since. */
export function blankKey(chosen: Chosen & Partial<KeyRecord>, createdBy: ActorRef, now: number): KeyRecord {
  return {
    description: null,
    environment: null,
    resources: {},
    allowedIps: [],
    rateLimit: null,
    credits: null,
    metadata: {},
    tags: [],
    externalId: null,
    createdAt: now,
    createdBy,
    owner: createdBy.type === 'user' && createdBy.id !== null ? { id: createdBy.id, name: createdBy.name } : null,
    updatedAt: now,
    expiresAt: null,
    rotatedAt: null,
    pendingSince: null,
    disabledAt: null,
    revokedAt: null,
    revokeReason: null,
    revokeNote: null,
    lastUsedAt: null,
    lastUsedIp: null,
    previousSecret: null,
    version: 1,
    ...chosen,
  }
}
