import type { ActorRef, Metadata, RateLimit, Resources } from '@claviger/core'

/** What is kept, as the domain sees it. Times are milliseconds since 1970, UTC. */

export interface PageRequest {
  limit: number
  /** The id after which the page begins; null: the first page. */
  after: string | null
}

export interface OrganizationRecord {
  id: string
  name: string
  externalId: string | null
  plan: string
  /** Only switches that differ from the product's defaults. */
  features: Record<string, boolean>
  suspendedAt: number | null
  /** Where bills and questions about them go. */
  billingContact: string | null
  createdAt: number
  updatedAt: number
  version: number
}

/** Customers' keys draw their scopes from the product's catalogue, service keys from the built-in one. */
export type Catalogue = 'product' | 'service'

export const REVOKE_REASONS = ['compromised', 'superseded', 'unused', 'member-departed', 'other'] as const
export type RevokeReason = (typeof REVOKE_REASONS)[number]

export interface KeyRecord {
  id: string
  catalogue: Catalogue
  /** Null only for a service key that is not bound to an organization. */
  organizationId: string | null
  name: string
  description: string | null
  environment: string | null
  prefix: string
  accessLevel: string
  scopes: string[]
  resources: Resources
  allowedIps: string[]
  rateLimit: RateLimit | null
  credits: CreditBalance | null
  metadata: Metadata
  tags: string[]
  externalId: string | null
  createdAt: number
  createdBy: ActorRef
  /** The person who answers for it; null: the organization itself. */
  owner: { id: string; name: string } | null
  updatedAt: number
  expiresAt: number | null
  rotatedAt: number | null
  pendingSince: number | null
  disabledAt: number | null
  revokedAt: number | null
  revokeReason: RevokeReason | null
  revokeNote: string | null
  lastUsedAt: number | null
  lastUsedIp: string | null
  /** The secret before the live one, while a rotation's overlap lasts. */
  previousSecret: { prefix: string; endsAt: number; lastUsedAt: number | null } | null
  version: number
}

/** `current`: the live one. `previous`: valid until `endsAt`, during a rotation's overlap. `retired`: an old one. */
export type SecretState = 'current' | 'previous' | 'retired'

export interface SecretRecord {
  /** HMAC-SHA-256 of the secret's SHA-256 under the server key of `serverKeyVersion`. */
  digest: Uint8Array
  serverKeyVersion: number
  keyId: string
  prefix: string
  state: SecretState
  createdAt: number
  endsAt: number | null
  /** Known by the SHA-256 that its old home stored; not made here. */
  imported: boolean
  lastUsedAt: number | null
}

/** What a verdict spends from. Kept apart from the key: changing the key never brings spent credits back. */
export interface CreditBalance {
  remaining: number
  refill: { amount: number; interval: 'day' | 'month'; at: number } | null
}

/** One row of the record of who did what. `changes` is canonical JSON: the very text that the chain seals. */
export interface AuditEvent {
  id: string
  /** An organization's id, or `deployment`. */
  chain: string
  /** 1, 2, 3 … without a gap within its chain. */
  sequence: number
  at: number
  actor: ActorRef & { ip: string | null; userAgent: string | null }
  action: string
  target: { type: string; id: string; name: string }
  changes: string
  outcome: 'success' | 'refused'
  requestId: string
}

export interface SealedEvent extends AuditEvent {
  mac: Uint8Array
  serverKeyVersion: number
}

/** Where a chain stands: how many events, and the seal of the last. */
export interface ChainHead {
  chain: string
  count: number
  mac: Uint8Array
}
