import type { ActorRef, ApiKey, Organization } from '@claviger/core'
import { FEATURES, KINDS, PLANS, SCOPES } from './proof-product.fixture.ts'

/** What the server should hold, in plain maps. Nothing of the server's own rules is used here: this is the second opinion. */

export interface World {
  deleteRequiresRevoke: boolean
  /** Who asks for everything. */
  me: ActorRef
  organizations: ModelOrganization[]
  keys: ModelKey[]
  /** In the order they were issued. */
  secrets: ModelSecret[]
  requests: KeptRequest[]
}

export interface ModelOrganization {
  id: string
  name: string
  externalId: string | null
  plan: string
  /** Only those that were chosen for it. */
  features: Record<string, boolean>
  suspendedAt: number | null
  createdAt: number
  version: number
  gone: boolean
  /** A service key bound to it, once one was needed. */
  asker: string | null
  /** Of the last event of its audit log that was looked at. */
  sequence: number
}

export interface ModelKey {
  id: string
  organization: ModelOrganization
  name: string
  description: string | null
  environment: string | null
  accessLevel: string
  scopes: string[]
  resources: Record<string, string[]>
  allowedIps: string[]
  rateLimit: { limit: number; windowSeconds: number } | null
  credits: ModelCredits | null
  metadata: Record<string, string | number | boolean | null>
  tags: string[]
  externalId: string | null
  createdAt: number
  updatedAt: number
  expiresAt: number | null
  rotatedAt: number | null
  pending: boolean
  disabled: boolean
  revokedAt: number | null
  version: number
  live: ModelSecret
  old: ModelSecret | null
  gone: boolean
  lastUsedAt: number | null
  /** From where it was used in that very millisecond. */
  lastUsedIps: (string | null)[]
  /** True while a use may not be in the database yet. */
  unsettled: boolean
  /** What of the rate limit is used up since when. */
  window: { startedAt: number; used: number } | null
}

/** A balance as it was at a moment; refills since then set it. */
export interface ModelCredits {
  remaining: number
  asOf: number
  refill: { amount: number; interval: 'day' | 'month' } | null
}

export interface ModelSecret {
  text: string
  prefix: string
  key: ModelKey
  /** When it ends, where it is the old one of an overlap. */
  endsAt: number | null
  lastUsedAt: number | null
}

/** A request that may be sent again. */
export interface KeptRequest {
  url: string
  /** What its sender calls it. */
  name: number
  body: Record<string, unknown>
  at: number
  status: number
  answer: Record<string, unknown>
}

export const DAY_MS = 86_400_000

export function liesAhead(at: number | null, now: number): boolean {
  return at === null || at > now
}

export function statusAt(key: ModelKey, now: number): ApiKey['status'] {
  if (key.revokedAt !== null) return 'revoked'
  if (key.disabled) return 'disabled'
  if (!liesAhead(key.expiresAt, now)) return 'expired'
  return key.pending ? 'pending' : 'active'
}

/** The old secret of an overlap that is not over. */
export function overlapAt({ old }: ModelKey, now: number): ModelSecret | null {
  return old && liesAhead(old.endsAt, now) ? old : null
}

export function balanceAt({ remaining, asOf, refill }: ModelCredits, now: number): number {
  return refill && refillAfter(refill.interval, asOf) <= now ? refill.amount : remaining
}

/** The first moment after `at` when a balance is set anew. */
export function refillAfter(interval: 'day' | 'month', at: number): number {
  const date = new Date(at)
  date.setUTCHours(0, 0, 0, 0)
  if (interval === 'day') date.setUTCDate(date.getUTCDate() + 1)
  else date.setUTCMonth(date.getUTCMonth() + 1, 1)
  return date.getTime()
}

export function featureOf({ features }: ModelOrganization, id: string): boolean {
  return features[id] ?? FEATURES[id] ?? false
}

/** Keys that take up room in the plan. */
export function roomTaken(world: World, organization: ModelOrganization, now: number, except?: ModelKey): number {
  return world.keys.filter(
    (key) =>
      key.organization === organization &&
      key !== except &&
      !key.gone &&
      key.revokedAt === null &&
      liesAhead(key.expiresAt, now),
  ).length
}

export function hasRoom(world: World, organization: ModelOrganization, now: number, except?: ModelKey): boolean {
  const cap = PLANS[organization.plan]?.maxKeys ?? null
  return cap === null || roomTaken(world, organization, now, except) < cap
}

export function holds(grants: readonly string[], asked: string): boolean {
  return grants.some((grant) => grant === '*' || grant === asked || grant === `${asked.split(':')[0]}:*`)
}

/** Whether a grant means anything in the catalogue. */
export function isInCatalogue(grant: string): boolean {
  return Object.keys(SCOPES).some((scope) => holds([grant], scope))
}

export function areResourcesSound(resources: Readonly<Record<string, string[]>>): boolean {
  return Object.entries(resources).every(
    ([kind, instances]) => (KINDS as readonly string[]).includes(kind) && instances.length > 0,
  )
}

const iso = (at: number) => new Date(at).toISOString()
const isoOrNull = (at: number | null) => (at === null ? null : iso(at))

/** How the server must show a key. */
export function viewKey(world: World, key: ModelKey, now: number): ApiKey {
  const old = overlapAt(key, now)
  return {
    id: key.id,
    organizationId: key.organization.id,
    name: key.name,
    description: key.description,
    environment: key.environment,
    prefix: key.live.prefix,
    status: statusAt(key, now),
    accessLevel: key.accessLevel,
    scopes: key.scopes,
    resources: key.resources,
    allowedIps: key.allowedIps,
    rateLimit: key.rateLimit,
    credits: key.credits && { remaining: balanceAt(key.credits, now), refill: key.credits.refill },
    metadata: key.metadata,
    tags: key.tags,
    externalId: key.externalId,
    createdAt: iso(key.createdAt),
    createdBy: world.me,
    owner: null,
    updatedAt: iso(key.updatedAt),
    expiresAt: isoOrNull(key.expiresAt),
    rotatedAt: isoOrNull(key.rotatedAt),
    previousSecret: old && { prefix: old.prefix, endsAt: iso(old.endsAt ?? 0), lastUsedAt: isoOrNull(old.lastUsedAt) },
    revokedAt: isoOrNull(key.revokedAt),
    lastUsedAt: isoOrNull(key.lastUsedAt),
    lastUsedIp: key.lastUsedIps.at(-1) ?? null,
    version: key.version,
  }
}

export function viewOrganization(organization: ModelOrganization): Organization {
  const { id, name, externalId, plan, suspendedAt, createdAt, version } = organization
  return {
    id,
    name,
    externalId,
    plan,
    features: Object.fromEntries(Object.keys(FEATURES).map((feature) => [feature, featureOf(organization, feature)])),
    suspendedAt: isoOrNull(suspendedAt),
    billingContact: null,
    createdAt: iso(createdAt),
    version,
  }
}
