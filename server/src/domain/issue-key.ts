import {
  AppError,
  type Credits,
  formatIpRange,
  type Metadata,
  newId,
  type Product,
  parseIpRange,
  type RateLimit,
  type Receipt,
  type Resources,
  type Secret,
} from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import { blankKey } from './blank-key.ts'
import { applyChange } from './change.ts'
import { resolveGrant } from './grants.ts'
import { newSecret, storeSecret, tagOf } from './new-secret.ts'
import type { Domain, Writes } from './ports.ts'
import type { KeyRecord } from './records.ts'
import { invalidField, notFound } from './refusals.ts'

export interface NewKey {
  name: string
  description?: string | null
  environment?: string | null
  accessLevel?: string
  scopes?: string[]
  resources?: Resources
  allowedIps?: string[]
  rateLimit?: RateLimit | null
  credits?: { remaining: number; refill?: Credits['refill'] } | null
  metadata?: Metadata
  tags?: string[]
  externalId?: string | null
  /** Milliseconds since 1970. */
  expiresAt?: number | null
}

export interface IssuedKey {
  key: KeyRecord
  secret: Secret
}

/**
 * Creates a key with its first secret.
 * @throws AppError `NOT_FOUND`, `VALIDATION_FAILED`, `UNKNOWN_SCOPE`, `SCOPE_EXCEEDS_GRANTOR`, `KEY_LIMIT_REACHED`.
 */
export async function issueKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  input: NewKey,
): Promise<{ value: IssuedKey; receipt: Receipt }> {
  requireReach(actor, organizationId)
  const { product } = domain
  const environment = knownEnvironment(product, input.environment ?? null)
  const resources = knownResources(product, input.resources ?? {})
  const allowedIps = knownRanges(input.allowedIps ?? [])
  return applyChange(domain, actor, { action: 'key.create', scope: 'keys:write' }, async (writes, now) => {
    const organization = await writes.organization(organizationId)
    if (!organization) throw notFound('organization')
    const grant = resolveGrant(product, organization.plan, input)
    const expiresAt = futureTime('expiresAt', input.expiresAt ?? null, now)
    await requireRoom(product, writes, organization, now)

    const fresh = newSecret(domain, tagOf(product, environment?.id ?? null))
    const plan = product.plans.find(({ id }) => id === organization.plan)
    const key = blankKey(
      {
        id: newId('key', now, domain.randomBytes),
        catalogue: 'product',
        organizationId,
        name: input.name,
        description: input.description ?? null,
        environment: environment?.id ?? null,
        prefix: fresh.prefix,
        ...grant,
        resources,
        allowedIps,
        rateLimit: input.rateLimit === undefined ? (plan?.defaultRateLimit ?? null) : input.rateLimit,
        credits: input.credits ? { remaining: input.credits.remaining, refill: input.credits.refill ?? null } : null,
        metadata: input.metadata ?? {},
        tags: input.tags ?? [],
        externalId: input.externalId ?? null,
        expiresAt,
        pendingSince: environment?.approval === 'admin' ? now : null,
      },
      actor.ref,
      now,
    )
    await writes.insertKey(key)
    await storeSecret(domain, writes, key.id, fresh, now)
    const { id, name, accessLevel, scopes } = key
    return {
      changed: true,
      value: { key, secret: fresh.secret },
      touched: [{ keyId: id, addsSecret: true }],
      audit: {
        organizationId,
        target: { type: 'key', id, name },
        changes: {
          prefix: { after: key.prefix },
          environment: { after: key.environment },
          accessLevel: { after: accessLevel },
          scopes: { after: scopes },
          resources: { after: resources },
          expiresAt: { after: expiresAt },
        },
      },
    }
  })
}

/** Holds under races: it counts inside the transaction that adds the key, and only one of those runs at a time. */
export async function requireRoom(
  product: Product,
  writes: Writes,
  organization: { id: string; plan: string },
  now: number,
): Promise<void> {
  const cap = product.plans.find(({ id }) => id === organization.plan)?.maxKeys ?? null
  if (cap === null) return
  const used = await writes.countLiveKeys(organization.id, now)
  if (used >= cap) {
    throw new AppError(
      'KEY_LIMIT_REACHED',
      `The plan ${organization.plan} allows ${cap} active keys and all are in use; revoke one or change the plan.`,
      { maxKeys: cap, activeKeys: used },
    )
  }
}

export function knownEnvironment(product: Product, id: string | null): Product['environments'][number] | null {
  if (id === null) return null
  const environment = product.environments.find((candidate) => candidate.id === id)
  if (environment) return environment
  const known = product.environments.map((candidate) => candidate.id)
  const remedy = known.length > 0 ? `must be one of ${known.join(', ')}` : 'must be left out: this product has none'
  throw invalidField('environment', remedy)
}

export function knownResources(product: Product, resources: Resources): Resources {
  const kinds = product.resourceKinds.map(({ id }) => id)
  for (const [kind, instances] of Object.entries(resources)) {
    if (!kinds.includes(kind)) {
      const remedy = kinds.length > 0 ? `use ${kinds.join(', ')}` : 'this product has none; leave resources out'
      throw invalidField(`resources.${kind}`, `is not a kind of resource here: ${remedy}`)
    }
    // An empty list could be read as "none" or as "all"; neither is granted by accident.
    if (instances.length === 0) throw invalidField(`resources.${kind}`, 'must not be empty; leave it out to allow all')
  }
  return resources
}

export function knownRanges(ranges: readonly string[]): string[] {
  return ranges.map((text, index) => {
    const range = parseIpRange(text)
    if (!range) {
      throw invalidField(`allowedIps[${index}]`, `must be an address or a CIDR range like 203.0.113.0/24`)
    }
    return formatIpRange(range)
  })
}

export function futureTime(field: string, at: number | null, now: number): number | null {
  if (at !== null && at <= now) throw invalidField(field, 'must be in the future')
  return at
}
