import { isDeepStrictEqual } from 'node:util'
import {
  type KeyFields,
  type KeyPatch,
  type OrganizationPatch,
  type PlainChange,
  RANGES,
} from './model-steps.fixture.ts'
import {
  areResourcesSound,
  balanceAt,
  DAY_MS,
  featureOf,
  hasRoom,
  holds,
  isInCatalogue,
  liesAhead,
  type ModelCredits,
  type ModelKey,
  type ModelOrganization,
  overlapAt,
  statusAt,
  viewKey,
  viewOrganization,
  type World,
} from './model-world.fixture.ts'
import { ENVIRONMENTS, FEATURES, LEVELS, PLANS } from './proof-product.fixture.ts'

/**
 * What each change must do. Where several reasons speak against a change, the model does not say which of them is
 * told: any will do, and one must be.
 */

export class Reasons {
  /** Codes of which one must be answered. */
  readonly against = new Set<string>()
  /** Codes that may be answered; success is as good. */
  readonly doubtful = new Set<string>()

  refuse(code: string, when = true): void {
    if (when) this.against.add(code)
  }
}

type Draft = Omit<ModelKey, 'id' | 'live' | 'old' | 'organization'>

/** What a new key must look like; the reasons tell whether there may be one. */
export function draftKey(
  world: World,
  organization: ModelOrganization,
  fields: KeyFields,
  now: number,
  why: Reasons,
): Draft {
  why.refuse('KEY_LIMIT_REACHED', !hasRoom(world, organization, now))
  const environment = ENVIRONMENTS.find(({ id }) => id === fields.environment)
  why.refuse('VALIDATION_FAILED', fields.environment != null && !environment)
  const resources = fields.resources ?? {}
  why.refuse('VALIDATION_FAILED', !areResourcesSound(resources))
  return {
    name: fields.name,
    description: fields.description ?? null,
    environment: environment?.id ?? null,
    ...grant(organization, fields, null, why),
    resources,
    allowedIps: inOrder(fields.allowedIps ?? [], why),
    rateLimit: fields.rateLimit === undefined ? (PLANS[organization.plan]?.defaultRateLimit ?? null) : fields.rateLimit,
    credits: fields.credits
      ? { remaining: fields.credits.remaining, refill: fields.credits.refill ?? null, asOf: now }
      : null,
    metadata: fields.metadata ?? {},
    tags: fields.tags ?? [],
    externalId: fields.externalId ?? null,
    createdAt: now,
    updatedAt: now,
    expiresAt: expiry(fields.expiresInMs ?? null, now, why),
    rotatedAt: null,
    pending: environment?.approval === 'admin',
    disabled: false,
    revokedAt: null,
    version: 1,
    gone: false,
    lastUsedAt: null,
    lastUsedIps: [],
    unsettled: false,
    window: null,
  }
}

function grant(
  organization: ModelOrganization,
  asked: { accessLevel?: string | undefined; scopes?: string[] | undefined },
  held: { accessLevel: string; scopes: string[] } | null,
  why: Reasons,
): { accessLevel: string; scopes: string[] } {
  const chosenOneByOne = asked.scopes !== undefined || asked.accessLevel === 'restricted'
  const mayChoose = featureOf(organization, 'per-scope-control')
  const accessLevel = asked.accessLevel ?? (mayChoose || asked.scopes ? 'restricted' : Object.keys(LEVELS)[0])
  const bundle = LEVELS[accessLevel ?? '']
  why.refuse('FORBIDDEN', !mayChoose && (chosenOneByOne || !bundle))
  why.refuse('VALIDATION_FAILED', !bundle && accessLevel !== 'restricted')
  why.refuse('VALIDATION_FAILED', bundle !== undefined && asked.scopes !== undefined)
  // A patch that leaves the scopes out leaves them as they are.
  const scopes = asked.scopes ?? bundle ?? held?.scopes ?? []
  why.refuse('UNKNOWN_SCOPE', !scopes.every(isInCatalogue))
  const allowed = PLANS[organization.plan]?.scopes ?? ['*']
  why.refuse('SCOPE_EXCEEDS_GRANTOR', !scopes.every((scope) => holds(allowed, scope)))
  return { accessLevel: bundle ? (accessLevel ?? '') : 'restricted', scopes: [...scopes] }
}

function inOrder(ranges: readonly string[], why: Reasons): string[] {
  why.refuse('VALIDATION_FAILED', !ranges.every((range) => range in RANGES))
  return ranges.map((range) => RANGES[range] ?? range)
}

function expiry(inMs: number | null, now: number, why: Reasons): number | null {
  why.refuse('VALIDATION_FAILED', inMs !== null && inMs <= 0)
  return inMs === null ? null : now + inMs
}

/**
 * Merges a patch into a key.
 * @returns the members that change, also those that stay as they are.
 */
export function patchKey(world: World, key: ModelKey, patch: KeyPatch, now: number, why: Reasons): Partial<ModelKey> {
  why.refuse('KEY_REVOKED', statusAt(key, now) === 'revoked')
  const asked = patch.accessLevel !== undefined || patch.scopes !== undefined
  const wanted: Partial<ModelKey> = asked ? grant(key.organization, patch, key, why) : {}
  if (patch.name !== undefined) wanted.name = patch.name
  if (patch.description !== undefined) wanted.description = patch.description
  if (patch.externalId !== undefined) wanted.externalId = patch.externalId
  if (patch.metadata !== undefined) wanted.metadata = patch.metadata ?? {}
  if (patch.tags !== undefined) wanted.tags = patch.tags ?? []
  if (patch.allowedIps !== undefined) wanted.allowedIps = inOrder(patch.allowedIps ?? [], why)
  if (patch.resources !== undefined) wanted.resources = mergeResources(key, patch.resources, why)
  if (patch.rateLimit !== undefined) wanted.rateLimit = mergeRateLimit(key, patch.rateLimit, why)
  if (patch.credits !== undefined) wanted.credits = mergeCredits(key, patch.credits, now, why)
  if (patch.expiresInMs !== undefined) {
    wanted.expiresAt = expiry(patch.expiresInMs, now, why)
    const later = key.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > key.expiresAt)
    why.refuse('KEY_LIMIT_REACHED', later && !hasRoom(world, key.organization, now, key))
  }
  return wanted
}

function mergeResources(key: ModelKey, patch: NonNullable<KeyPatch['resources']> | null, why: Reasons) {
  if (patch === null) return {}
  const merged: Record<string, string[]> = {}
  for (const [kind, instances] of Object.entries({ ...key.resources, ...patch })) {
    if (instances !== null) merged[kind] = instances
  }
  why.refuse('VALIDATION_FAILED', !areResourcesSound(merged))
  return merged
}

function mergeRateLimit(key: ModelKey, patch: NonNullable<KeyPatch['rateLimit']> | null, why: Reasons) {
  if (patch === null) return null
  const merged = { ...key.rateLimit, ...patch }
  const { limit = 0, windowSeconds = 0 } = merged
  why.refuse('VALIDATION_FAILED', merged.limit === undefined || merged.windowSeconds === undefined)
  return { limit, windowSeconds }
}

function mergeCredits(
  key: ModelKey,
  patch: NonNullable<KeyPatch['credits']> | null,
  now: number,
  why: Reasons,
): ModelCredits | null {
  if (patch === null) return null
  const remaining = patch.remaining ?? (key.credits ? balanceAt(key.credits, now) : undefined)
  why.refuse('VALIDATION_FAILED', remaining === undefined)
  const refill = patch.refill === undefined ? (key.credits?.refill ?? null) : patch.refill
  return { remaining: remaining ?? 0, refill, asOf: now }
}

/** Puts a patch into force. @returns false where all of it was so already. */
export function applyPatch(world: World, key: ModelKey, wanted: Partial<ModelKey>, now: number): boolean {
  const before = viewKey(world, key, now)
  const kept = { ...key }
  Object.assign(key, wanted)
  if (isDeepStrictEqual(viewKey(world, key, now), before)) {
    Object.assign(key, kept)
    return false
  }
  // An overlap never outlives the key.
  if (key.old && key.expiresAt !== null) key.old.endsAt = Math.min(key.old.endsAt ?? 0, key.expiresAt)
  raise(key, now)
  return true
}

export function raise(key: ModelKey, now: number): void {
  key.version++
  key.updatedAt = now
}

/** @returns the codes against a rotation. */
export function judgeRotation(key: ModelKey, now: number, why: Reasons): void {
  const status = statusAt(key, now)
  why.refuse('KEY_REVOKED', status === 'revoked')
  why.refuse('KEY_EXPIRED', status === 'expired')
  why.refuse('KEY_PENDING', status === 'pending')
}

/** What a plain change would do; null: there is nothing to do. */
export function judgeChange(
  world: World,
  key: ModelKey,
  to: PlainChange,
  now: number,
  why: Reasons,
): (() => void) | null {
  const status = statusAt(key, now)
  if (to === 'revoke') return status === 'revoked' ? null : () => revoke(key, now)
  why.refuse('KEY_REVOKED', status === 'revoked')
  if (to === 'approve' || to === 'decline') {
    why.refuse('KEY_NOT_PENDING', status === 'active' || status === 'disabled')
    why.refuse('KEY_EXPIRED', status === 'expired')
    const decide = () => {
      key.pending = false
      if (to === 'decline') key.revokedAt = now
    }
    return decide
  }
  why.refuse('KEY_EXPIRED', status === 'expired')
  why.refuse('KEY_PENDING', status === 'pending')
  if (to === 'disable') return status === 'disabled' ? null : () => Object.assign(key, { disabled: true })
  if (to === 'enable') {
    if (status === 'active') return null
    if (status === 'disabled' && !hasRoom(world, key.organization, now, key)) {
      // Of a key that stays dead when it is enabled, whether it needs room can be argued either way.
      if (liesAhead(key.expiresAt, now)) why.refuse('KEY_LIMIT_REACHED')
      else why.doubtful.add('KEY_LIMIT_REACHED')
    }
    return () => Object.assign(key, { disabled: false })
  }
  const old = overlapAt(key, now)
  if (to === 'rotation/finish') return old ? () => Object.assign(key, { old: null }) : null
  why.refuse('ROTATION_NOT_IN_PROGRESS', old === null)
  return () => {
    if (old) Object.assign(key, { live: old, old: null })
  }
}

export function revoke(key: ModelKey, now: number): void {
  key.revokedAt = now
}

/** @param confirmed whether the request says that the key may be in use. */
export function judgeDeletion(world: World, key: ModelKey, confirmed: boolean, now: number, why: Reasons): void {
  const status = statusAt(key, now)
  const dead = status === 'revoked' || status === 'expired'
  if (world.deleteRequiresRevoke) why.refuse('KEY_NOT_REVOKED', !dead)
  if (world.deleteRequiresRevoke || confirmed || status === 'revoked' || key.lastUsedAt === null) return
  const age = now - key.lastUsedAt
  why.refuse('KEY_IN_USE', age < DAY_MS)
  if (age === DAY_MS) why.doubtful.add('KEY_IN_USE')
}

export function patchOrganization(organization: ModelOrganization, patch: OrganizationPatch, why: Reasons) {
  const wanted: Partial<ModelOrganization> = {}
  if (patch.name !== undefined) wanted.name = patch.name
  if (patch.externalId !== undefined) wanted.externalId = patch.externalId
  if (patch.plan !== undefined) {
    why.refuse('VALIDATION_FAILED', !(patch.plan in PLANS))
    wanted.plan = patch.plan
  }
  if (patch.features !== undefined) {
    why.refuse('VALIDATION_FAILED', !Object.keys(patch.features ?? {}).every((feature) => feature in FEATURES))
    wanted.features = patch.features === null ? {} : mergeFeatures(organization, patch.features)
  }
  return wanted
}

function mergeFeatures({ features }: ModelOrganization, patch: Record<string, boolean | null>) {
  const merged: Record<string, boolean> = {}
  for (const [feature, on] of Object.entries({ ...features, ...patch })) if (on !== null) merged[feature] = on
  return merged
}

/** Puts a patch into force. @returns false where all of it was so already. */
export function applyToOrganization(organization: ModelOrganization, wanted: Partial<ModelOrganization>): boolean {
  const before = viewOrganization(organization)
  Object.assign(organization, wanted)
  if (isDeepStrictEqual(viewOrganization(organization), before)) return false
  organization.version++
  return true
}
