import { AppError, covers, isGrant, missingScopes, type Product } from '@claviger/core'
import { invalidField } from './refusals.ts'

export interface RequestedGrant {
  accessLevel?: string | undefined
  scopes?: readonly string[] | undefined
}

export interface Grant {
  accessLevel: string
  scopes: string[]
}

/** The access level of a key whose scopes were chosen one by one. */
export const RESTRICTED = 'restricted'

/**
 * Turns an access level or a list of scopes into what the key will hold. Neither asked for: nothing held.
 * @throws AppError `VALIDATION_FAILED`, `UNKNOWN_SCOPE`, or `SCOPE_EXCEEDS_GRANTOR` beyond the plan.
 */
export function resolveGrant(product: Product, planId: string, requested: RequestedGrant): Grant {
  const grant = grantFor(product, requested)
  const allowed = product.plans.find(({ id }) => id === planId)?.scopes ?? null
  const beyond = allowed === null ? [] : missingScopes(allowed, grant.scopes)
  if (beyond.length > 0) {
    throw new AppError('SCOPE_EXCEEDS_GRANTOR', `The plan ${planId} does not include ${beyond.join(', ')}.`, {
      scopes: beyond,
    })
  }
  return grant
}

function grantFor(product: Product, { accessLevel, scopes }: RequestedGrant): Grant {
  if (accessLevel === undefined || accessLevel === RESTRICTED) {
    const catalogue = product.scopes.map(({ id }) => id)
    return { accessLevel: RESTRICTED, scopes: knownGrants(catalogue, scopes ?? []) }
  }
  if (scopes !== undefined) throw invalidField('scopes', 'cannot be given together with accessLevel; leave one out')
  const level = product.accessLevels.find(({ id }) => id === accessLevel)
  if (!level) {
    const known = [...product.accessLevels.map(({ id }) => id), RESTRICTED]
    throw invalidField('accessLevel', `must be one of ${known.join(', ')}`)
  }
  return { accessLevel, scopes: [...level.scopes] }
}

/**
 * @param catalogue scopes that exist, without wildcards.
 * @returns `asked` without repetitions.
 * @throws AppError `UNKNOWN_SCOPE`: a scope outside the catalogue is never dropped in silence.
 */
export function knownGrants(catalogue: readonly string[], asked: readonly string[]): string[] {
  const unknown = asked.filter((grant) => !isGrant(grant) || !catalogue.some((scope) => covers([grant], scope)))
  if (unknown.length > 0) throw unknownScope(unknown)
  return [...new Set(asked)]
}

export function unknownScope(unknown: readonly string[]): AppError {
  return new AppError('UNKNOWN_SCOPE', `Not in the catalogue of scopes: ${unknown.join(', ')}.`, { scopes: unknown })
}
