import { GRANTING_ROLES, mayDo, missingScopes, ROLES, type Role } from '@claviger/core'
import type { ApiKey, Catalog } from '@claviger/sdk'
import { anyRole, aRole } from '../text/roles.ts'
import { capital, listed } from '../text/words.ts'

/** What whoever fills in the form may grant. */
export interface Granting {
  /** Null: no role limits them. */
  role: Role | null
  /** Null: all that the plan allows. */
  scopes: readonly string[] | null
  /** Null: all, and keys of none. */
  environments: readonly string[] | null
  /** Whether their keys need nobody else's approval. */
  approves: boolean
}

export const UNLIMITED: Granting = { role: null, scopes: null, environments: null, approves: true }

/** @param role in the organization; null: of those who run the deployment. */
export function grantingOf(role: Role | null, { roles }: Pick<Catalog, 'roles'>): Granting {
  if (role === null) return UNLIMITED
  const limits = roles.find(({ id }) => id === role)
  return {
    role,
    scopes: limits?.scopes ?? null,
    environments: limits?.environments ?? null,
    approves: mayDo(role, 'keys:approve'),
  }
}

export function isBeyondRole({ scopes: most }: Granting, scopes: readonly string[]): boolean {
  return most !== null && missingScopes(most, scopes).length > 0
}

export function isOpenTo({ environments }: Granting, environment: string): boolean {
  return environments === null || environments.includes(environment)
}

/** Why some scopes are not offered, and whom to ask for them. */
export function scopeLimitText({ role, scopes }: Granting, { roles }: Pick<Catalog, 'roles'>): string {
  if (role === null || scopes === null) return ''
  const mightier = GRANTING_ROLES.filter((other) => {
    const theirs = roles.find(({ id }) => id === other)?.scopes ?? null
    return other !== role && (theirs === null || missingScopes(scopes, theirs).length > 0)
  })
  return `As ${aRole(role)} you can grant ${listed(scopes)} at most.${ask(mightier)}`
}

/** Why some environments are not offered, and whom to ask for them. */
export function environmentLimitText(
  { role, environments: open }: Granting,
  { roles, environments }: Pick<Catalog, 'roles' | 'environments'>,
): string {
  if (role === null || open === null || environments.every(({ id }) => open.includes(id))) return ''
  const names = environments.filter(({ id }) => open.includes(id)).map(({ label }) => label)
  const mightier = GRANTING_ROLES.filter((other) => {
    const theirs = roles.find(({ id }) => id === other)?.environments ?? null
    return other !== role && (theirs === null || theirs.some((id) => !open.includes(id)))
  })
  return `As ${aRole(role)} you make keys for ${listed(names)} only.${ask(mightier)}`
}

function ask(roles: readonly Role[]): string {
  return roles.length === 0 ? '' : ` Ask ${anyRole(roles)} for others.`
}

/** Who decides over keys that wait for approval. */
export function approvers(): string {
  return anyRole(ROLES.filter((role) => mayDo(role, 'keys:approve')))
}

/** Why an edit that gives a key more will be refused; null: it will not be. What gives it less is always open. */
export function whyNotWiden(
  { environment, scopes, status }: Pick<ApiKey, 'environment' | 'scopes' | 'status'>,
  { environments }: Pick<Catalog, 'environments'>,
  granting: Granting,
): string | null {
  if (granting.role === null) return null
  const found = environments.find(({ id }) => id === environment)
  if (!isOpenTo(granting, environment ?? '')) {
    return `${capital(aRole(granting.role))} makes no keys ${found ? `for ${found.label}` : 'without an environment'}.`
  }
  if (isBeyondRole(granting, scopes)) return `It holds more than ${aRole(granting.role)} can grant.`
  if (found?.approval === 'admin' && !granting.approves && status !== 'pending') {
    return `Keys for ${found.label} are approved, and what gives this one more is for ${approvers()} to do.`
  }
  return null
}
