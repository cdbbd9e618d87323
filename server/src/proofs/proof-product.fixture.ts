import type { Product } from '@claviger/core'
import { loadProduct } from '../product/load.ts'
import { PROFILES } from '../testing/test-domain.ts'

/**
 * A product small enough that random questions often hit what random keys hold, with everything in it that a product
 * file can say: plans that are full soon or allow little, environments that want approval, scopes that touch resources.
 */

export const PREFIX = 'prf'

export const ENVIRONMENTS = [
  { id: 'live', tag: 'live', approval: 'none' },
  { id: 'guarded', tag: 'grd', approval: 'admin' },
  { id: 'plain', tag: null, approval: 'none' },
] as const

export const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'doc:read': ['site'],
  'doc:write': ['site', 'team'],
  'bill:read': [],
}

export const KINDS = ['site', 'team'] as const

/** The first is what a key gets where scopes cannot be chosen one by one. */
export const LEVELS: Readonly<Record<string, readonly string[]>> = {
  full: ['*'],
  docs: ['doc:*'],
  reader: ['doc:read', 'bill:read'],
}

interface PlanRules {
  maxKeys: number | null
  scopes: readonly string[] | null
  defaultRateLimit: { limit: number; windowSeconds: number } | null
}

/** The first is the plan of a new organization. */
export const PLANS: Readonly<Record<string, PlanRules>> = {
  small: { maxKeys: 2, scopes: null, defaultRateLimit: null },
  single: { maxKeys: 1, scopes: null, defaultRateLimit: null },
  docs: { maxKeys: 3, scopes: ['doc:*'], defaultRateLimit: { limit: 2, windowSeconds: 60 } },
  open: { maxKeys: null, scopes: null, defaultRateLimit: null },
}

/** With their defaults. */
export const FEATURES: Readonly<Record<string, boolean>> = { 'per-scope-control': true, beta: false }

export function proofProduct(deleteRequiresRevoke: boolean): Product {
  const label = 'Label'
  const description = 'A description'
  return {
    ...loadProduct('default', { profilesDir: PROFILES }),
    prefix: PREFIX,
    environments: ENVIRONMENTS.map((environment) => ({ ...environment, label, rotationDays: null, production: false })),
    scopes: Object.entries(SCOPES).map(([id, resourceKinds]) => ({ id, description, resourceKinds })),
    scopeGroups: [],
    accessLevels: Object.entries(LEVELS).map(([id, scopes]) => ({ id, label, description, scopes })),
    resourceKinds: KINDS.map((id) => ({ id, label, pluralLabel: label })),
    features: Object.entries(FEATURES).map(([id, on]) => ({ id, label, default: on, whenOff: 'Ask.' })),
    plans: Object.entries(PLANS).map(([id, rules]) => ({ id, label, ...rules, selfService: false })),
    lifecycle: { deleteRequiresRevoke, rotationDays: null },
  }
}
