import { type KeyFacts, parseIpRange } from '@claviger/core'
import type { Insertable, Selectable } from 'kysely'
import type {
  CreditBalance,
  KeyRecord,
  OrganizationRecord,
  RevokeReason,
  SealedEvent,
  SecretRecord,
} from '../domain/records.ts'
import type { JoinedKeyRow } from './key-rows.ts'
import type { AuditEventRow, CreditBalanceRow, KeyRow, OrganizationRow, SecretRow } from './schema.ts'
import { parseShared, shareText } from './shared-values.ts'

/** Rows to records and back: the one place that knows both spellings. */

export function toOrganization(row: OrganizationRow): OrganizationRecord {
  return {
    id: row.id,
    name: row.name,
    externalId: row.external_id,
    plan: row.plan,
    features: JSON.parse(row.features_json),
    suspendedAt: row.suspended_at,
    billingContact: row.billing_contact,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}

export function fromOrganization(organization: OrganizationRecord): OrganizationRow {
  return {
    id: organization.id,
    name: organization.name,
    external_id: organization.externalId,
    plan: organization.plan,
    features_json: JSON.stringify(organization.features),
    suspended_at: organization.suspendedAt,
    billing_contact: organization.billingContact,
    created_at: organization.createdAt,
    updated_at: organization.updatedAt,
    version: organization.version,
  }
}

export function toKey(row: JoinedKeyRow): KeyRecord {
  return {
    id: row.id,
    catalogue: row.catalogue,
    organizationId: row.organization_id,
    name: row.name,
    description: row.description,
    environment: row.environment,
    prefix: row.prefix,
    accessLevel: row.access_level,
    scopes: JSON.parse(row.scopes_json),
    resources: JSON.parse(row.resources_json),
    allowedIps: JSON.parse(row.allowed_ips_json),
    rateLimit: toRateLimit(row),
    credits: toCredits(row),
    metadata: JSON.parse(row.metadata_json),
    tags: JSON.parse(row.tags_json),
    externalId: row.external_id,
    createdAt: row.created_at,
    createdBy: {
      type: row.created_by_type as KeyRecord['createdBy']['type'],
      id: row.created_by_id,
      name: row.created_by_name,
    },
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
    rotatedAt: row.rotated_at,
    pendingSince: row.pending_since,
    disabledAt: row.disabled_at,
    revokedAt: row.revoked_at,
    revokeReason: row.revoke_reason as RevokeReason | null,
    revokeNote: row.revoke_note,
    lastUsedAt: row.last_used_at,
    lastUsedIp: row.last_used_ip,
    previousSecret: toPrevious(row),
    version: row.version,
  }
}

export function toRateLimit(row: Pick<KeyRow, 'rate_limit' | 'rate_limit_window_seconds'>): KeyRecord['rateLimit'] {
  if (row.rate_limit === null || row.rate_limit_window_seconds === null) return null
  return { limit: row.rate_limit, windowSeconds: row.rate_limit_window_seconds }
}

function toCredits(row: JoinedKeyRow): CreditBalance | null {
  if (row.credits_remaining === null) return null
  const { credits_refill_amount: amount, credits_refill_interval: interval, credits_refill_at: at } = row
  return {
    remaining: row.credits_remaining,
    refill: amount === null || interval === null || at === null ? null : { amount, interval, at },
  }
}

function toPrevious(row: JoinedKeyRow): KeyRecord['previousSecret'] {
  const { previous_prefix: prefix, previous_ends_at: endsAt, previous_last_used_at: lastUsedAt } = row
  return prefix === null || endsAt === null ? null : { prefix, endsAt, lastUsedAt }
}

/** Everything of a key but what use changes: that has writers of its own. */
export function fromKey(key: KeyRecord): KeyRow {
  return {
    id: key.id,
    catalogue: key.catalogue,
    organization_id: key.organizationId,
    name: key.name,
    description: key.description,
    environment: key.environment,
    prefix: key.prefix,
    access_level: key.accessLevel,
    scopes_json: JSON.stringify(key.scopes),
    resources_json: JSON.stringify(key.resources),
    allowed_ips_json: JSON.stringify(key.allowedIps),
    rate_limit: key.rateLimit?.limit ?? null,
    rate_limit_window_seconds: key.rateLimit?.windowSeconds ?? null,
    metadata_json: JSON.stringify(key.metadata),
    tags_json: JSON.stringify(key.tags),
    external_id: key.externalId,
    created_at: key.createdAt,
    created_by_type: key.createdBy.type,
    created_by_id: key.createdBy.id,
    created_by_name: key.createdBy.name,
    owner_id: key.owner?.id ?? null,
    owner_name: key.owner?.name ?? null,
    updated_at: key.updatedAt,
    expires_at: key.expiresAt,
    rotated_at: key.rotatedAt,
    pending_since: key.pendingSince,
    disabled_at: key.disabledAt,
    revoked_at: key.revokedAt,
    revoke_reason: key.revokeReason,
    revoke_note: key.revokeNote,
    version: key.version,
  }
}

export function toSecret(row: SecretRow): SecretRecord {
  return {
    digest: row.digest,
    serverKeyVersion: row.server_key_version,
    keyId: row.key_id,
    prefix: row.prefix,
    state: row.state,
    createdAt: row.created_at,
    endsAt: row.ends_at,
    imported: row.imported === 1,
    lastUsedAt: row.last_used_at,
  }
}

export function fromSecret(secret: SecretRecord): Insertable<SecretRow> {
  return {
    digest: Buffer.from(secret.digest),
    server_key_version: secret.serverKeyVersion,
    key_id: secret.keyId,
    prefix: secret.prefix,
    state: secret.state,
    created_at: secret.createdAt,
    ends_at: secret.endsAt,
    imported: secret.imported ? 1 : 0,
    last_used_at: secret.lastUsedAt,
  }
}

export function fromBalance(keyId: string, { remaining, refill }: CreditBalance): CreditBalanceRow {
  return {
    key_id: keyId,
    remaining,
    refill_amount: refill?.amount ?? null,
    refill_interval: refill?.interval ?? null,
    refill_at: refill?.at ?? null,
  }
}

export function toEvent(row: Selectable<AuditEventRow>): SealedEvent {
  return {
    id: row.id,
    chain: row.chain,
    sequence: row.sequence,
    at: row.at,
    actor: {
      type: row.actor_type as SealedEvent['actor']['type'],
      id: row.actor_id,
      name: row.actor_name,
      ip: row.actor_ip,
      userAgent: row.actor_user_agent,
    },
    action: row.action,
    target: { type: row.target_type, id: row.target_id, name: row.target_name },
    changes: row.changes_json,
    outcome: row.outcome,
    requestId: row.request_id,
    mac: row.mac,
    serverKeyVersion: row.server_key_version,
  }
}

export function fromEvent(event: SealedEvent): AuditEventRow {
  return {
    chain: event.chain,
    sequence: event.sequence,
    id: event.id,
    at: event.at,
    actor_type: event.actor.type,
    actor_id: event.actor.id,
    actor_name: event.actor.name,
    actor_ip: event.actor.ip,
    actor_user_agent: event.actor.userAgent,
    action: event.action,
    target_type: event.target.type,
    target_id: event.target.id,
    target_name: event.target.name,
    changes_json: event.changes,
    outcome: event.outcome,
    request_id: event.requestId,
    mac: Buffer.from(event.mac),
    server_key_version: event.serverKeyVersion,
  }
}

/** The columns a verdict rests on. */
export const FACT_COLUMNS = [
  'keys.id',
  'keys.catalogue',
  'keys.organization_id',
  'keys.name',
  'keys.environment',
  'keys.scopes_json',
  'keys.resources_json',
  'keys.allowed_ips_json',
  'keys.metadata_json',
  'keys.expires_at',
  'keys.pending_since',
  'keys.disabled_at',
  'keys.revoked_at',
  'keys.rate_limit',
  'keys.rate_limit_window_seconds',
] as const

type FactRow = Pick<
  KeyRow,
  | 'id'
  | 'organization_id'
  | 'name'
  | 'environment'
  | 'scopes_json'
  | 'resources_json'
  | 'allowed_ips_json'
  | 'metadata_json'
  | 'expires_at'
  | 'pending_since'
  | 'disabled_at'
  | 'revoked_at'
> & { suspended_at: number | null; state: SecretRow['state']; ends_at: number | null }

export function toFacts(row: FactRow): KeyFacts {
  const ranges = parseShared<string[]>(row.allowed_ips_json)
  return {
    id: row.id,
    name: row.name,
    organizationId: shareText(row.organization_id),
    environment: shareText(row.environment),
    scopes: parseShared(row.scopes_json),
    resources: parseShared(row.resources_json),
    allowedIps: ranges.map((text) => {
      const range = parseIpRange(text)
      if (!range) throw new Error(`key ${row.id} holds an address range that cannot be read`)
      return range
    }),
    metadata: parseShared(row.metadata_json),
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    disabledAt: row.disabled_at,
    pendingSince: row.pending_since,
    organizationSuspendedAt: row.suspended_at,
    secretState: row.state,
    secretEndsAt: row.ends_at,
  }
}
