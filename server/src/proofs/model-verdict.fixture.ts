import type { VerifiedKey } from '@claviger/core'
import { ADDRESSES } from './model-steps.fixture.ts'
import { balanceAt, holds, liesAhead, type ModelKey, type ModelSecret, overlapAt } from './model-world.fixture.ts'
import { SCOPES } from './proof-product.fixture.ts'

/** What is asked, once it is known of which secret. */
export interface Asked {
  scopes: readonly string[]
  resources: Readonly<Record<string, string>>
  organizationId: string | null
  ip: string | null
  cost: number
  /** The organization that the asker is bound to. */
  boundTo: string | null
}

export interface ExpectedVerdict {
  code: string
  /** With `VALID`. */
  rateLimit?: { limit: number; remaining: number; resetSeconds: number } | null
}

/** The verdict on a secret that was issued here, in the order in which reasons are told; a yes is spent. */
export function judge(secret: ModelSecret, asked: Asked, now: number): ExpectedVerdict {
  const { key } = secret
  const { organization } = key
  if (key.gone || organization.gone) return { code: 'UNKNOWN' }
  if (asked.boundTo !== null && asked.boundTo !== organization.id) return { code: 'UNKNOWN' }
  if (key.revokedAt !== null) return { code: 'REVOKED' }
  if (secret !== key.live && secret !== overlapAt(key, now)) return { code: 'ROTATED' }
  if (organization.suspendedAt !== null) return { code: 'ORGANIZATION_SUSPENDED' }
  if (key.pending) return { code: 'PENDING' }
  if (key.disabled) return { code: 'DISABLED' }
  if (!liesAhead(key.expiresAt, now)) return { code: 'EXPIRED' }
  if (asked.organizationId !== null && asked.organizationId !== organization.id)
    return { code: 'ORGANIZATION_MISMATCH' }
  if (!isFromAllowed(key, asked.ip)) return { code: 'IP_DENIED' }
  if (!asked.scopes.every((scope) => holds(key.scopes, scope))) return { code: 'INSUFFICIENT_SCOPE' }
  if (!reaches(key, asked)) return { code: 'RESOURCE_DENIED' }
  return spend(secret, asked, now)
}

function isFromAllowed({ allowedIps }: ModelKey, ip: string | null): boolean {
  return allowedIps.length === 0 || (ip !== null && allowedIps.some((range) => ADDRESSES[ip]?.includes(range)))
}

function reaches(key: ModelKey, { scopes, resources }: Asked): boolean {
  return Object.entries(key.resources).every(([kind, instances]) => {
    const instance = resources[kind]
    if (instance !== undefined) return instances.includes(instance)
    return !scopes.some((scope) => SCOPES[scope]?.includes(kind))
  })
}

function spend(secret: ModelSecret, { cost, ip }: Asked, now: number): ExpectedVerdict {
  const { key } = secret
  const { credits, rateLimit } = key
  if (credits && balanceAt(credits, now) < cost) return { code: 'CREDITS_EXHAUSTED' }
  const window = windowAt(key, now)
  if (rateLimit && cost > 0 && window.used + cost > rateLimit.limit) return { code: 'RATE_LIMITED' }

  if (credits && cost > 0) Object.assign(credits, { remaining: balanceAt(credits, now) - cost, asOf: now })
  if (rateLimit && cost > 0) key.window = { startedAt: window.startedAt, used: window.used + cost }
  noteUse(secret, ip, now)
  if (!rateLimit) return { code: 'VALID', rateLimit: null }
  return {
    code: 'VALID',
    rateLimit: {
      limit: rateLimit.limit,
      remaining: Math.max(0, rateLimit.limit - window.used - cost),
      resetSeconds: Math.ceil((window.startedAt + rateLimit.windowSeconds * 1_000 - now) / 1_000),
    },
  }
}

/** The first use that counts opens a window; it is over when the key's own number of seconds has passed. */
function windowAt({ window, rateLimit }: ModelKey, now: number): { startedAt: number; used: number } {
  const ends = window && rateLimit ? window.startedAt + rateLimit.windowSeconds * 1_000 : now
  return window && now < ends ? window : { startedAt: now, used: 0 }
}

function noteUse(secret: ModelSecret, ip: string | null, now: number): void {
  const { key } = secret
  secret.lastUsedAt = now
  key.lastUsedIps = key.lastUsedAt === now ? [...key.lastUsedIps, ip] : [ip]
  key.lastUsedAt = now
  key.unsettled = true
}

/** What a yes tells about the key. */
export function viewVerified(key: ModelKey): VerifiedKey {
  const { id, name, organization, environment, scopes, resources, metadata, expiresAt } = key
  return {
    id,
    name,
    organizationId: organization.id,
    environment,
    scopes,
    resources,
    metadata,
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }
}
