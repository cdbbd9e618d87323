import {
  type AccessLevel,
  COLUMNS,
  type Environment,
  type Feature,
  GRANTING_ROLES,
  isGrant,
  isScope,
  isTag,
  type LifecyclePolicy,
  MENU_ACTIONS,
  type Plan,
  type Product,
  type ResourceKind,
  type RoleLimits,
  type SampleRequest,
  type ScopeDefinition,
  type Screen,
  WORDS,
  type Words,
} from '@claviger/core'
import { DEFAULT_LIFECYCLE, DEFAULT_PLANS, DEFAULT_SAMPLE_REQUEST, DEFAULT_SCREEN, DEFAULT_WORDS } from './defaults.ts'
import {
  choice,
  type Fields,
  line,
  list,
  nullable,
  optional,
  parts,
  record,
  required,
  single,
  text,
  whole,
} from './readers.ts'
import type { Report, Value } from './yaml-source.ts'

/** The shape of a product file, key by key. What its parts have to do with each other stands in `rules.ts`. */

const id = text('an id of at most 40 lower-case letters, digits and single dashes, e.g. "read-only"', (given) => {
  return given.length <= 40 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(given)
})
// A tag of one part: what follows an underscore is the environment's.
const prefix = text('a letter and 1 to 11 more letters or digits, all lower-case, e.g. "acme"', (given) => {
  return isTag(given) && !given.includes('_')
})
const label = line(60)
const sentence = line(300)
const scope = text('a scope "resource:action" without wildcards, e.g. "records:read"', isScope)
const grant = text('a scope or a wildcard, e.g. "records:read", "records:*" or "*"', isGrant)
const grants = list(grant, { least: 1 })
const flag = single('true or false', (value) => (typeof value === 'boolean' ? value : undefined))
const rotationDays = single('a whole number of days from 1 to 3650, or null for "as needed"', (value) => {
  return value === null ? null : whole(value, 1, 3650)
})

const environment = record<Environment>({
  id: required(id, 'production'),
  label: required(label, 'Production'),
  tag: optional(
    single('1 to 12 lower-case letters and digits, e.g. "live", or null for the prefix alone', (value) => {
      return value === null || (typeof value === 'string' && isTag(`acme_${value}`)) ? value : undefined
    }),
    null,
  ),
  rotationDays: optional(rotationDays, null),
  approval: optional(choice(['none', 'admin']), 'none'),
  production: optional(flag, false),
})

const scopeDefinition = record<ScopeDefinition>({
  id: required(scope, '"records:read"'),
  description: required(sentence, 'See records'),
  resourceKinds: optional(list(id), []),
})

const scopeGroup = record<Product['scopeGroups'][number]>({
  resource: required(
    text('the part of a scope before its colon, e.g. "records"', (given) => isScope(`${given}:read`)),
    'records',
  ),
  label: required(label, 'Records'),
  description: required(sentence, 'Everything about records'),
})

const accessLevel = record<AccessLevel>({
  id: required(id, 'read-only'),
  label: required(label, 'Read only'),
  description: required(sentence, 'See everything, change nothing'),
  scopes: required(grants, '["records:read"]'),
})

const resourceKind = record<ResourceKind>({
  id: required(id, 'project'),
  label: required(label, 'Project'),
  pluralLabel: required(label, 'Projects'),
})

const feature = record<Feature>({
  id: required(id, 'per-scope-control'),
  label: required(label, 'Per-scope control'),
  default: optional(flag, false),
  whenOff: required(sentence, 'Ask your account manager'),
})

// The bounds of a key's own limit.
const rateLimit = record<NonNullable<Plan['defaultRateLimit']>>({
  limit: required(
    single('a whole number from 1 to 1000000000', (value) => whole(value, 1, 1_000_000_000)),
    '600',
  ),
  windowSeconds: required(
    single('a whole number of seconds from 1 to 2678400, which is 31 days', (value) => whole(value, 1, 2_678_400)),
    '60',
  ),
})

const plan = record<Plan>({
  id: required(id, 'free'),
  label: required(label, 'Free'),
  maxKeys: required(
    single('a whole number from 1, or null for no cap', (value) => {
      return value === null ? null : whole(value, 1, Number.MAX_SAFE_INTEGER)
    }),
    '5',
  ),
  scopes: optional(nullable(grants), null),
  defaultRateLimit: optional(nullable(rateLimit), null),
  selfService: optional(flag, false),
})

const roleLimits = record<RoleLimits>({
  id: required(choice(GRANTING_ROLES), 'developer'),
  scopes: optional(nullable(grants), null),
  environments: optional(nullable(list(id, { least: 1 })), null),
})

const lifecycle = record<LifecyclePolicy>({
  deleteRequiresRevoke: optional(flag, DEFAULT_LIFECYCLE.deleteRequiresRevoke),
  rotationDays: optional(rotationDays, DEFAULT_LIFECYCLE.rotationDays),
})

const sampleRequest = record<SampleRequest>({
  curl: optional(
    text('a shell command, 1 to 2000 characters', (given) => {
      return given !== '' && given.length <= 2000 && !/[^\P{Cc}\n\t]/u.test(given)
    }),
    DEFAULT_SAMPLE_REQUEST.curl,
  ),
  environmentVariable: optional(
    text('the name of an environment variable, e.g. "ACME_API_KEY"', (given) => /^[A-Z_][A-Z0-9_]{0,99}$/.test(given)),
    DEFAULT_SAMPLE_REQUEST.environmentVariable,
  ),
})

const words = record<Words>(
  Object.fromEntries(WORDS.map((word) => [word, optional(label, DEFAULT_WORDS[word])])) as Fields<Words>,
)

const screen = record<Screen>({
  navigation: optional(list(label, { least: 1 }), DEFAULT_SCREEN.navigation),
  accent: optional(
    text('a colour as "#rrggbb"', (given) => /^#[0-9a-f]{6}$/i.test(given)),
    DEFAULT_SCREEN.accent,
  ),
  words: optional(words, DEFAULT_WORDS),
  columns: optional(list(choice(COLUMNS), { least: 1 }), DEFAULT_SCREEN.columns),
  menu: optional(list(choice(MENU_ACTIONS), { least: 1 }), DEFAULT_SCREEN.menu),
})

const product: Fields<Product> = {
  name: required(label, 'Acme API'),
  prefix: required(prefix, 'acme'),
  environments: optional(list(environment, { by: 'id' }), []),
  scopes: required(
    list(scopeDefinition, { by: 'id', least: 1 }),
    '[{ id: "records:read", description: "See records" }]',
  ),
  scopeGroups: optional(list(scopeGroup, { by: 'resource' }), []),
  accessLevels: optional(list(accessLevel, { by: 'id' }), []),
  resourceKinds: optional(list(resourceKind, { by: 'id' }), []),
  features: optional(list(feature, { by: 'id' }), []),
  plans: optional(list(plan, { by: 'id', least: 1 }), DEFAULT_PLANS),
  roles: optional(list(roleLimits, { by: 'id' }), []),
  lifecycle: optional(lifecycle, DEFAULT_LIFECYCLE),
  sampleRequest: optional(sampleRequest, DEFAULT_SAMPLE_REQUEST),
  screen: optional(screen, DEFAULT_SCREEN),
}

/** The parts of the file in which nothing is wrong. */
export function readProduct(value: Value, report: Report): Partial<Product> {
  return parts(product, value, '', report)
}
