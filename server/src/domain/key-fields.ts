import { AppError, formatIpRange, nextRefillAt, type Product, parseIpRange, type Resources } from '@claviger/core'
import { type Grant, type RequestedGrant, resolveGrant } from './grants.ts'
import type { Writes } from './ports.ts'
import type { CreditBalance, OrganizationRecord } from './records.ts'
import { invalidField } from './refusals.ts'

/** The rules of single fields of a key, the same when it is made and when it is changed. */

/** The switch that lets an organization choose scopes one by one, in products that declare it. */
const PER_SCOPE_CONTROL = 'per-scope-control'

/**
 * What the key will hold, as far as this organization may choose.
 * @throws AppError `FORBIDDEN` where scopes are chosen one by one without the feature for it; else as `resolveGrant`.
 */
export function grantIn(product: Product, organization: OrganizationRecord, requested: RequestedGrant): Grant {
  const feature = product.features.find(({ id }) => id === PER_SCOPE_CONTROL)
  if (!feature || (organization.features[feature.id] ?? feature.default)) {
    return resolveGrant(product, organization.plan, requested)
  }
  const { accessLevel = product.accessLevels[0]?.id, scopes } = requested
  if (scopes !== undefined || !product.accessLevels.some(({ id }) => id === accessLevel)) {
    throw new AppError('FORBIDDEN', `${feature.label} is off for this organization. ${feature.whenOff}`, {
      feature: feature.id,
    })
  }
  return resolveGrant(product, organization.plan, { accessLevel })
}

export function knownEnvironment(product: Product, id: string | null): Product['environments'][number] | null {
  if (id === null) return null
  const environment = product.environments.find((candidate) => candidate.id === id)
  if (environment) return environment
  const known = product.environments.map((candidate) => candidate.id)
  throw invalidField(
    'environment',
    known.length > 0 ? `must be one of ${known.join(', ')}` : 'must be left out: this product has none',
  )
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

/** @returns the ranges in their canonical form. */
export function knownRanges(ranges: readonly string[]): string[] {
  return ranges.map((text, index) => {
    const range = parseIpRange(text)
    if (!range) {
      throw invalidField(`allowedIps[${index}]`, 'must be an address or a CIDR range like 203.0.113.0/24')
    }
    return formatIpRange(range)
  })
}

export function futureTime(field: string, at: number | null, now: number): number | null {
  // Written so that what is no number at all is refused too.
  if (at !== null && !(at > now)) throw invalidField(field, 'must be in the future')
  return at
}

export interface RequestedCredits {
  remaining: number
  refill?: { amount: number; interval: 'day' | 'month' } | null
}

export function balanceOf({ remaining, refill }: RequestedCredits, now: number): CreditBalance {
  return { remaining, refill: refill ? { ...refill, at: nextRefillAt(refill.interval, now) } : null }
}

/** What there is to spend at `now`: a refill that is due sets the balance. */
export function remainingAt({ remaining, refill }: CreditBalance, now: number): number {
  return refill && refill.at <= now ? refill.amount : remaining
}

/** The same with the refill made that is due at `now`. */
export function refilledAt(balance: CreditBalance, now: number): CreditBalance {
  return balanceOf({ remaining: remainingAt(balance, now), refill: balance.refill }, now)
}

/**
 * Holds under races: it counts inside the transaction that makes the key live, and only one of those runs at a time.
 * @param except a key that is counted already and stays.
 * @throws AppError `KEY_LIMIT_REACHED`.
 */
export async function requireRoom(
  product: Product,
  writes: Writes,
  organization: Pick<OrganizationRecord, 'id' | 'plan'>,
  now: number,
  except: string | null,
): Promise<void> {
  const cap = product.plans.find(({ id }) => id === organization.plan)?.maxKeys ?? null
  if (cap === null) return
  const used = await writes.countLiveKeys(organization.id, now, except)
  if (used < cap) return
  throw new AppError(
    'KEY_LIMIT_REACHED',
    `The plan ${organization.plan} allows ${cap} active keys and all are in use; revoke one or change the plan.`,
    { maxKeys: cap, activeKeys: used },
  )
}
