import { AppError, missingScopes, type Product, type RoleLimits } from '@claviger/core'
import type { Standing } from './actor.ts'
import type { KeyRecord } from './records.ts'

/** What the product lets members of a role grant. Whoever has no role in the organization is not limited by one. */

type Granted = Pick<KeyRecord, 'scopes' | 'environment'>

/**
 * To be asked before a key gets rights, or anybody gets its secret.
 * @throws AppError `SCOPE_EXCEEDS_GRANTOR`, or `FORBIDDEN` with the environment.
 */
export function requireGrantable(product: Product, { role }: Standing, { scopes, environment }: Granted): void {
  const limits = product.roles.find(({ id }) => id === role)
  if (limits) requireWithin(limits, scopes, environment)
}

function requireWithin(limits: RoleLimits, scopes: readonly string[], environment: string | null): void {
  if (limits.environments !== null && !(environment !== null && limits.environments.includes(environment))) {
    const which = environment === null ? 'of no environment' : `of the environment ${environment}`
    throw new AppError(
      'FORBIDDEN',
      `The role ${limits.id} does not allow keys ${which}; it allows: ${limits.environments.join(', ')}.`,
      { role: limits.id, environment, environments: limits.environments },
    )
  }
  const beyond = limits.scopes === null ? [] : missingScopes(limits.scopes, scopes)
  if (beyond.length > 0) {
    throw new AppError('SCOPE_EXCEEDS_GRANTOR', `The role ${limits.id} cannot grant ${beyond.join(', ')}.`, {
      role: limits.id,
      scopes: beyond,
    })
  }
}

/**
 * To be asked of every edit. One that widens is like a new grant: it takes the role for all that the key holds, and,
 * where keys are approved, somebody who approves.
 * @throws AppError as `requireGrantable`.
 */
export function requireEditable(product: Product, standing: Standing, before: KeyRecord, after: KeyRecord): void {
  if (standing.role === null || !widens(before, after)) return
  requireGrantable(product, standing, after)
  const environment = product.environments.find(({ id }) => id === after.environment)
  if (environment?.approval !== 'admin' || standing.approves || before.pendingSince !== null) return
  throw new AppError(
    'FORBIDDEN',
    `Keys of the environment ${environment.id} are approved: ask an admin to widen this one, or make a new one.`,
    { environment: environment.id, requiredRight: 'keys:approve' },
  )
}

/** Whether a key may do anything afterwards that it could not do before. */
export function widens(before: KeyRecord, after: KeyRecord): boolean {
  return (
    missingScopes(before.scopes, after.scopes).length > 0 ||
    reachesMore(before, after) ||
    comesFromMore(before.allowedIps, after.allowedIps) ||
    isMore(before.expiresAt, after.expiresAt) ||
    isOften(before.rateLimit, after.rateLimit) ||
    spendsMore(before.credits, after.credits)
  )
}

/** Instances of a kind that was limited, and no longer is or to others. */
function reachesMore({ resources: before }: KeyRecord, { resources: after }: KeyRecord): boolean {
  return Object.entries(before).some(([kind, instances]) => {
    const wanted = after[kind]
    return wanted === undefined || wanted.some((instance) => !instances.includes(instance))
  })
}

/** An address range that did not stand there before may hold any address: ranges within others are not looked for. */
function comesFromMore(before: readonly string[], after: readonly string[]): boolean {
  return before.length > 0 && (after.length === 0 || after.some((range) => !before.includes(range)))
}

/** Null is no bound at all. */
function isMore(before: number | null, after: number | null): boolean {
  return before !== null && (after === null || after > before)
}

function isOften(before: KeyRecord['rateLimit'], after: KeyRecord['rateLimit']): boolean {
  if (before === null) return false
  return after === null || after.limit > before.limit || after.windowSeconds < before.windowSeconds
}

function spendsMore(before: KeyRecord['credits'], after: KeyRecord['credits']): boolean {
  if (before === null) return false
  if (after === null || after.remaining > before.remaining) return true
  if (after.refill === null) return false
  return (
    before.refill === null ||
    after.refill.amount > before.refill.amount ||
    after.refill.interval !== before.refill.interval
  )
}
