import type { Role } from './roles.ts'

/**
 * What an operator sells, as one product file describes it. Everything that differs between two
 * deployments of Claviger stands here; nothing of it is code.
 */
export interface Product {
  /** Shown on screens and in messages, e.g. `Acme API`. */
  readonly name: string
  /** First part of every secret's tag, e.g. `acme`. Never `clv`, which is reserved for service keys. */
  readonly prefix: string
  /** Empty where the product does not tell environments apart. */
  readonly environments: readonly Environment[]
  readonly scopes: readonly ScopeDefinition[]
  /** Names for parts of the catalogue; what is not named here goes by its resource. */
  readonly scopeGroups: readonly ScopeGroup[]
  readonly accessLevels: readonly AccessLevel[]
  readonly resourceKinds: readonly ResourceKind[]
  /** Switches that an operator turns on for one organization. */
  readonly features: readonly Feature[]
  /** The first is the plan of a new organization. */
  readonly plans: readonly Plan[]
  /** What members of a role may grant; a role that is not here is not limited. */
  readonly roles: readonly RoleLimits[]
  readonly lifecycle: LifecyclePolicy
  readonly sampleRequest: SampleRequest
  readonly screen: Screen
}

export interface Environment {
  readonly id: string
  readonly label: string
  /** Second part of the tag (`acme_live`); null: secrets of this environment carry the prefix alone. */
  readonly tag: string | null
  /** Days after which a key of this environment is overdue for rotation; null: as needed. */
  readonly rotationDays: number | null
  /** Who must approve a new key before it works. */
  readonly approval: 'none' | 'admin'
  /** True: people confirm who they are before they make, rotate or end a key here. */
  readonly production: boolean
}

export interface ScopeDefinition {
  /** `resource:action`, never a wildcard. */
  readonly id: string
  /** What a holder can do with it, in plain words. */
  readonly description: string
  /** Kinds of resources a request under this scope touches. */
  readonly resourceKinds: readonly string[]
}

/** Everything under one wildcard of the catalogue: `dataset` names what `dataset:*` covers. */
export interface ScopeGroup {
  /** The part of its scopes before the colon. */
  readonly resource: string
  readonly label: string
  readonly description: string
}

/** A named bundle of scopes. The level `restricted` (scopes chosen one by one) is always there and not listed. */
export interface AccessLevel {
  readonly id: string
  readonly label: string
  readonly description: string
  /** Scopes and wildcards. */
  readonly scopes: readonly string[]
}

export interface ResourceKind {
  readonly id: string
  readonly label: string
  readonly pluralLabel: string
}

export interface Feature {
  /** `per-scope-control` is known to the server: where declared, keys of an organization without it get whole access levels only. */
  readonly id: string
  readonly label: string
  readonly default: boolean
  /** Told where the feature is off: whom to ask. */
  readonly whenOff: string
}

export interface Plan {
  readonly id: string
  readonly label: string
  /** Keys neither revoked nor past expiry; null: no cap. */
  readonly maxKeys: number | null
  /** Scopes and wildcards that keys on this plan may hold; null: all. */
  readonly scopes: readonly string[] | null
  /** Rate limit of keys that name none; null: none. */
  readonly defaultRateLimit: { readonly limit: number; readonly windowSeconds: number } | null
  /** Whether an owner may choose it for their organization. */
  readonly selfService: boolean
}

/** Roles whose members make keys: whoever only looks has nothing to grant. */
export const GRANTING_ROLES = ['owner', 'admin', 'developer'] as const satisfies readonly Role[]

export interface RoleLimits {
  readonly id: (typeof GRANTING_ROLES)[number]
  /** Scopes and wildcards that its members may grant; null: all that the plan allows. */
  readonly scopes: readonly string[] | null
  /** Environments in which they may; null: all, and keys of none. */
  readonly environments: readonly string[] | null
}

export interface LifecyclePolicy {
  /** True: only revoked and expired keys can be deleted. */
  readonly deleteRequiresRevoke: boolean
  /** As an environment's, for keys of none. */
  readonly rotationDays: number | null
}

export interface SampleRequest {
  /**
   * A shell command in which `{{secret}}` and `{{url}}` (public address of this server) are filled in.
   * `{{secret}}` never stands between single quotes, so a variable of the shell may take its place.
   */
  readonly curl: string
  /** The same reading the secret from this environment variable. */
  readonly environmentVariable: string
}

export interface Screen {
  /** Path of the navigation entry, outermost first, e.g. `['Integrations Hub', 'API']`. */
  readonly navigation: readonly string[]
  /** `#rrggbb`. */
  readonly accent: string
  readonly words: Words
  readonly columns: readonly Column[]
  /** Entries of a row's menu, in order. */
  readonly menu: readonly MenuAction[]
}

export const WORDS = [
  'key',
  'keys',
  'create',
  'details',
  'edit',
  'rotate',
  'revoke',
  'delete',
  'disable',
  'enable',
  'accessLevel',
  'scopes',
  'resources',
  'lastUsed',
  'action',
  'secret',
] as const
/** The product's own words for things and deeds on the screen, e.g. `delete: Remove Key`. */
export type Words = Readonly<Record<(typeof WORDS)[number], string>>

export const COLUMNS = [
  'name',
  'prefix',
  'status',
  'environment',
  'accessLevel',
  'scopes',
  'resources',
  'createdAt',
  'createdBy',
  'lastUsed',
  'lastUsedFrom',
  'usage',
  'expiresAt',
  'action',
] as const
export type Column = (typeof COLUMNS)[number]

export const MENU_ACTIONS = ['details', 'edit', 'rotate', 'disable', 'enable', 'revoke', 'delete'] as const
export type MenuAction = (typeof MENU_ACTIONS)[number]
