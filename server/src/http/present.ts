import { type ApiKey, type KeyFacts, type Organization, statusOf, type VerifiedKey } from '@claviger/core'
import type { KeyRecord, OrganizationRecord } from '../domain/records.ts'

/** Records as they travel. What is not named here does not leave the server. */

export function presentKey(key: KeyRecord, now: number): ApiKey {
  return {
    id: key.id,
    organizationId: key.organizationId,
    name: key.name,
    description: key.description,
    environment: key.environment,
    prefix: key.prefix,
    status: statusOf(key, now),
    accessLevel: key.accessLevel,
    scopes: key.scopes,
    resources: key.resources,
    allowedIps: key.allowedIps,
    rateLimit: key.rateLimit,
    credits: key.credits,
    metadata: key.metadata,
    tags: key.tags,
    externalId: key.externalId,
    createdAt: time(key.createdAt),
    createdBy: key.createdBy,
    updatedAt: time(key.updatedAt),
    expiresAt: timeOrNull(key.expiresAt),
    rotatedAt: timeOrNull(key.rotatedAt),
    previousSecret: null,
    revokedAt: timeOrNull(key.revokedAt),
    lastUsedAt: timeOrNull(key.lastUsedAt),
    lastUsedIp: key.lastUsedIp,
    version: key.version,
  }
}

export function presentOrganization(
  organization: OrganizationRecord,
  features: readonly { id: string; default: boolean }[],
): Organization {
  return {
    id: organization.id,
    name: organization.name,
    externalId: organization.externalId,
    plan: organization.plan,
    features: Object.fromEntries(features.map(({ id, default: on }) => [id, organization.features[id] ?? on])),
    suspendedAt: timeOrNull(organization.suspendedAt),
    createdAt: time(organization.createdAt),
    version: organization.version,
  }
}

export function presentVerified(facts: KeyFacts): VerifiedKey {
  return {
    id: facts.id,
    name: facts.name,
    organizationId: facts.organizationId,
    environment: facts.environment,
    scopes: [...facts.scopes],
    resources: facts.resources,
    metadata: facts.metadata,
    expiresAt: timeOrNull(facts.expiresAt),
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms)
}
