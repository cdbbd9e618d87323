import { AppError, type Metadata, type Product, type Resources } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import { applyChange, type Changed } from './change.ts'
import { differences } from './differences.ts'
import { RESTRICTED } from './grants.ts'
import { requireNoSecrets } from './kept-texts.ts'
import {
  balanceOf,
  futureTime,
  grantIn,
  knownRanges,
  knownResources,
  type RequestedCredits,
  refilledAt,
  requireRoom,
} from './key-fields.ts'
import { findKey, requireAllowed } from './keys.ts'
import type { Domain, Writes } from './ports.ts'
import type { KeyRecord, OrganizationRecord } from './records.ts'
import { invalidField, notFound } from './refusals.ts'
import { requireEditable } from './role-limits.ts'

/**
 * A JSON Merge Patch (RFC 7396): what is absent stays, null removes, objects are merged member by member. Lists and
 * `metadata` are replaced whole.
 */
export interface KeyPatch {
  name?: string
  description?: string | null
  accessLevel?: string
  scopes?: string[]
  resources?: Record<string, string[] | null> | null
  allowedIps?: string[] | null
  rateLimit?: { limit?: number; windowSeconds?: number } | null
  credits?: { remaining?: number; refill?: RequestedCredits['refill'] } | null
  metadata?: Metadata | null
  tags?: string[] | null
  externalId?: string | null
  /** Milliseconds since 1970. */
  expiresAt?: number | null
}

/**
 * Changes a key without touching its secret; integrations go on working.
 * @param ifVersion the version the change is based on; undefined: whatever it is.
 * @throws AppError `VERSION_CONFLICT`, and as `issueKey`.
 */
export async function editKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
  patch: KeyPatch,
  ifVersion: number | undefined,
): Promise<Changed<KeyRecord>> {
  requireReach(actor, organizationId)
  return applyChange(domain, actor, { action: 'key.edit', scope: 'keys:write' }, async (writes, now, standing) => {
    const key = withRefill(await findKey(writes, organizationId, keyId), now)
    const organization = await writes.organization(organizationId)
    if (!organization) throw notFound('organization')
    requireVersion(key, ifVersion)
    requireAllowed(domain, 'edit', key, now)
    const edited = patched(domain, organization, key, patch, now)
    const changes = differences(key, edited, EDITABLE)
    const touched = [{ keyId, addsSecret: false }]
    if (Object.keys(changes).length === 0) return { changed: false, value: key, touched }
    requireEditable(domain.product, standing, key, edited)
    await requireRoomToLive(domain, writes, organization, key, edited, now)
    const previousSecret = withinExpiry(edited)
    const value = { ...edited, previousSecret, updatedAt: now, version: key.version + 1 }
    await writes.updateKey(value)
    const added = value.scopes.filter((scope) => !key.scopes.includes(scope))
    await writes.noteGrants(keyId, added, now)
    if (previousSecret !== key.previousSecret) await shortenOverlap(writes, keyId, previousSecret)
    if ('credits' in changes) await writes.setBalance(keyId, value.credits)
    const target = { type: 'key', id: keyId, name: value.name }
    return { changed: true, value, touched, audit: { organizationId, target, changes } }
  })
}

export function requireVersion({ version }: { version: number }, expected: number | undefined): void {
  if (expected === undefined || expected === version) return
  throw new AppError('VERSION_CONFLICT', `This has changed since version ${expected}; read it again.`, { version })
}

function patched(
  { product }: Domain,
  organization: OrganizationRecord,
  key: KeyRecord,
  patch: KeyPatch,
  now: number,
): KeyRecord {
  requireNoSecrets(patch)
  const { accessLevel } = patch
  // From a level to scopes chosen one by one: what is not named stays, so these are the level's to begin with.
  const scopes = patch.scopes ?? (accessLevel === RESTRICTED ? key.scopes : undefined)
  const grant =
    accessLevel === undefined && scopes === undefined ? {} : grantIn(product, organization, { accessLevel, scopes })
  return {
    ...key,
    ...grant,
    name: patch.name ?? key.name,
    description: patch.description === undefined ? key.description : patch.description,
    resources: patch.resources === undefined ? key.resources : mergeResources(product, key.resources, patch.resources),
    allowedIps: patch.allowedIps === undefined ? key.allowedIps : knownRanges(patch.allowedIps ?? []),
    rateLimit: patch.rateLimit === undefined ? key.rateLimit : mergeRateLimit(key.rateLimit, patch.rateLimit),
    credits: patch.credits === undefined ? key.credits : mergeCredits(key.credits, patch.credits, now),
    metadata: patch.metadata === undefined ? key.metadata : (patch.metadata ?? {}),
    tags: patch.tags === undefined ? key.tags : (patch.tags ?? []),
    externalId: patch.externalId === undefined ? key.externalId : patch.externalId,
    expiresAt: patch.expiresAt === undefined ? key.expiresAt : futureTime('expiresAt', patch.expiresAt, now),
  }
}

function mergeResources(
  product: Product,
  current: Resources,
  patch: Exclude<KeyPatch['resources'], undefined>,
): Resources {
  const merged = Object.entries({ ...current, ...(patch ?? {}) }).filter(([, instances]) => instances !== null)
  return patch === null ? {} : knownResources(product, Object.fromEntries(merged) as Resources)
}

function mergeRateLimit(
  current: KeyRecord['rateLimit'],
  patch: Exclude<KeyPatch['rateLimit'], undefined>,
): KeyRecord['rateLimit'] {
  if (patch === null) return null
  const limit = patch.limit ?? current?.limit
  const windowSeconds = patch.windowSeconds ?? current?.windowSeconds
  if (limit === undefined) throw invalidField('rateLimit.limit', 'is required: the key has no rate limit yet')
  if (windowSeconds === undefined) {
    throw invalidField('rateLimit.windowSeconds', 'is required: the key has no rate limit yet')
  }
  return { limit, windowSeconds }
}

/** A refill that has become due is no change that anybody makes. */
function withRefill(key: KeyRecord, now: number): KeyRecord {
  return { ...key, credits: key.credits && refilledAt(key.credits, now) }
}

function mergeCredits(
  current: KeyRecord['credits'],
  patch: Exclude<KeyPatch['credits'], undefined>,
  now: number,
): KeyRecord['credits'] {
  if (patch === null) return null
  const remaining = patch.remaining ?? current?.remaining
  if (remaining === undefined) throw invalidField('credits.remaining', 'is required: the key has no credits yet')
  return balanceOf({ remaining, refill: patch.refill === undefined ? (current?.refill ?? null) : patch.refill }, now)
}

/** A key that was dead takes up room when the edit brings it back. */
async function requireRoomToLive(
  { product }: Domain,
  writes: Writes,
  organization: OrganizationRecord,
  before: KeyRecord,
  after: KeyRecord,
  now: number,
): Promise<void> {
  const wasExpired = before.expiresAt !== null && before.expiresAt <= now
  const extended = before.expiresAt !== null && (after.expiresAt === null || after.expiresAt > before.expiresAt)
  const lives = after.expiresAt === null || after.expiresAt > now
  if (lives && (wasExpired || extended)) await requireRoom(product, writes, organization, now, before.id)
}

/** An overlap never outlives the key's own expiry, also where the key got that later. */
function withinExpiry({ previousSecret, expiresAt }: KeyRecord): KeyRecord['previousSecret'] {
  if (!previousSecret || expiresAt === null || previousSecret.endsAt <= expiresAt) return previousSecret
  return { ...previousSecret, endsAt: expiresAt }
}

async function shortenOverlap(writes: Writes, keyId: string, to: KeyRecord['previousSecret']): Promise<void> {
  const previous = (await writes.secrets(keyId)).find(({ state }) => state === 'previous')
  if (previous && to) await writes.updateSecret({ ...previous, endsAt: to.endsAt })
}

const EDITABLE = [
  'name',
  'description',
  'accessLevel',
  'scopes',
  'resources',
  'allowedIps',
  'rateLimit',
  'credits',
  'metadata',
  'tags',
  'externalId',
  'expiresAt',
] as const satisfies (keyof KeyRecord)[]
