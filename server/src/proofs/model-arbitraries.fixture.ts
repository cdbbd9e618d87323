import fc from 'fast-check'
import {
  type Action,
  ADDRESSES,
  CHANGES,
  type IfMatch,
  type ImportItem,
  type KeyFields,
  type KeyPatch,
  type Listing,
  ODDITIES,
  type Oddity,
  type OrganizationPatch,
  type Pick,
  type Question,
  RANGES,
  type Step,
} from './model-steps.fixture.ts'
import { FEATURES, LEVELS, PLANS, SCOPES } from './proof-product.fixture.ts'

/** Random steps. They choose by numbers, which the model takes modulo what there is, so that few of them are in vain. */

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR

/** Letters that engines fold, escape, and order in ways of their own. */
const NAMES = [
  'ci',
  'CI',
  'ci-runner',
  '50%_off',
  'back\\slash',
  'Ärger',
  'ÄRGER',
  'ｚ',
  '🗝',
  "it's",
  'a,b\nc',
  '=cmd()',
]
const QUERIES = ['CI', 'ci-', '%', '_', '\\', 'Ä', 'är', 'Är', '🗝', "'", 'nothing has this', 'prf_', 'note', 'LIVE_']

const GRANTS = ['*', 'doc:*', 'doc:read', 'doc:write', 'bill:read']

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 })
const mostly = (usual: boolean) => fc.integer({ min: 0, max: 11 }).map((n) => (n === 11 ? !usual : usual))

/** Members that are undefined are left out in the end; the type has no word for that. */
function record<T>(fields: { [K in keyof T]-?: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> {
  return fc.record(fields as Record<string, fc.Arbitrary<unknown>>) as fc.Arbitrary<T>
}

const some = fc.nat({ max: 40 })

const resources = fc.constantFrom<Record<string, string[]>>(
  {},
  { site: ['a'] },
  { site: ['a', 'b'] },
  { team: ['x'] },
  { site: ['b'], team: ['x'] },
)
const unsoundResources = fc.constantFrom<Record<string, string[]>>({ ghost: ['a'] }, { site: [] })
const scopes = fc.oneof(
  { weight: 8, arbitrary: fc.uniqueArray(fc.constantFrom(...GRANTS), { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string[][]>(['ghost:read'], ['doc:read', 'doc:fly'], ['ghost:*'], ['Doc:read']),
  },
)
const level = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Object.keys(LEVELS)) },
  { weight: 2, arbitrary: fc.constantFrom('restricted', 'nobody') },
)
const ranges = fc.oneof(
  { weight: 6, arbitrary: fc.uniqueArray(fc.constantFrom(...Object.keys(RANGES)), { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constant<string[]>(['198.51.100.300']) },
)
const rateLimit = fc.record({ limit: fc.integer({ min: 1, max: 3 }), windowSeconds: fc.constantFrom(10, 60) })
const refill = fc.record({
  amount: fc.integer({ min: 1, max: 4 }),
  interval: fc.constantFrom('day' as const, 'month' as const),
})
const credits = record<NonNullable<KeyFields['credits']>>({
  remaining: fc.integer({ min: 0, max: 4 }) as fc.Arbitrary<number | undefined>,
  refill: maybe(orNull(refill)),
})
const metadata = fc.constantFrom<Record<string, string | number | boolean | null>>(
  {},
  { note: 'a' },
  { note: 'b', n: 1.5, on: true, none: null },
  { none: null, on: true, n: 1.5, note: 'b' },
)
const expiry = orNull(fc.constantFrom(0, 1, 10 * SECOND, HOUR, HOUR, DAY, 3 * DAY, 20 * DAY, 20 * DAY))
const tags = fc.constantFrom(['blue'], ['blue', 'green'], [] as string[])
const name = fc.constantFrom(...NAMES)
const description = orNull(fc.constantFrom('', 'a note', 'NOTE 100%'))
const externalId = orNull(fc.constantFrom('crm-1', 'crm-2'))

const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

type Grant = { scopes?: string[]; accessLevel?: string }
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const grant: fc.Arbitrary<Grant> = fc.oneof(
  { weight: 6, arbitrary: record<Grant>({ scopes, accessLevel: fc.constant(undefined) }) },
  { weight: 4, arbitrary: record<Grant>({ scopes: fc.constant(undefined), accessLevel: level }) },
  { weight: 1, arbitrary: record<Grant>({ scopes: maybe(scopes), accessLevel: maybe(level) }) },
)

const intricateKey: fc.Arbitrary<KeyFields> = fc
  .tuple(
    grant,
    record<Omit<KeyFields, 'scopes' | 'accessLevel'>>({
      name: name as fc.Arbitrary<string | undefined>,
      description: maybe(description),
      environment: fc.oneof(
        { weight: 8, arbitrary: fc.constant(undefined) },
        { weight: 8, arbitrary: fc.constantFrom('live', 'guarded', 'plain', null) },
        { weight: 1, arbitrary: fc.constant('nowhere') },
      ),
      resources: seldom(fc.oneof({ weight: 12, arbitrary: resources }, { weight: 1, arbitrary: unsoundResources })),
      allowedIps: seldom(ranges),
      rateLimit: maybe(orNull(rateLimit)),
      credits: maybe(orNull(credits)),
      metadata: maybe(metadata),
      tags: seldom(tags),
      externalId: seldom(externalId),
      expiresInMs: maybe(expiry),
    }),
  )
  .map(([granted, rest]) => ({ ...rest, ...granted }))

/** May do everything, within limits. */
const plainKey = fc.record({
  name,
  accessLevel: fc.constant('full'),
  rateLimit: maybe(rateLimit),
  credits: maybe(credits),
  expiresInMs: maybe(expiry),
}) as fc.Arbitrary<KeyFields>

const keyFields = fc.oneof({ weight: 3, arbitrary: intricateKey }, { weight: 2, arbitrary: plainKey })

const keyPatch: fc.Arbitrary<KeyPatch> = record<KeyPatch>({
  name: seldom(name),
  description: seldom(description),
  accessLevel: rarely(level),
  scopes: seldom(scopes),
  resources: seldom(
    orNull(
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc.constantFrom<Record<string, string[] | null>[]>(
            { site: null },
            { team: ['x'] },
            { site: ['a'], team: null },
            {},
          ),
        },
        { weight: 1, arbitrary: unsoundResources },
      ),
    ),
  ),
  allowedIps: seldom(orNull(ranges)),
  rateLimit: seldom(orNull(fc.oneof(rateLimit, fc.constantFrom({ limit: 2 }, { windowSeconds: 10 }, {})))),
  credits: seldom(
    orNull(
      fc.oneof(
        credits,
        fc.constantFrom({ refill: null }, {}),
        refill.map((to) => ({ refill: to })),
      ),
    ),
  ),
  metadata: maybe(orNull(metadata)),
  tags: seldom(orNull(tags)),
  externalId: seldom(externalId),
  expiresInMs: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: expiry }),
})

const ifMatch = fc.constantFrom<IfMatch>('absent', 'absent', 'absent', 'current', 'outdated', 'any')
const pick: fc.Arbitrary<Pick> = fc.record({ key: some, buried: mostly(false), astray: mostly(false) })
/** Of most use where both come to the same key. */
const SWITCHES = ['disable', 'disable', 'enable', 'enable'] as const

const repeatable = fc.option(fc.nat({ max: 2 }), { nil: null, freq: 3 })

const question: fc.Arbitrary<Question> = record<Question>({
  secret: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0, 0, 1) },
    { weight: 5, arbitrary: fc.nat({ max: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom(...ODDITIES) },
  ) as fc.Arbitrary<number | Oddity | undefined>,
  scopes: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 12, arbitrary: fc.uniqueArray(fc.constantFrom(...Object.keys(SCOPES)), { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom<string[][]>(['doc:*'], ['ghost:read']) },
  ),
  resources: maybe(
    fc.constantFrom<Record<string, string>[]>(
      {},
      { site: 'a' },
      { site: 'b' },
      { team: 'x' },
      { site: 'c', team: 'x' },
    ),
  ),
  organization: seldom(fc.constantFrom('own' as const, 'own' as const, 'other' as const)),
  ip: maybe(fc.constantFrom(...Object.keys(ADDRESSES))),
  cost: maybe(fc.constantFrom(0, 1, 1, 1, 2, 2, 3, 10_000)),
  asker: fc.oneof(
    { weight: 10, arbitrary: fc.constant('unbound' as const) },
    { weight: 1, arbitrary: fc.constantFrom('own' as const, 'other' as const) },
  ) as fc.Arbitrary<Question['asker'] | undefined>,
})

const SORTS = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'].flatMap((sort) => [sort, `-${sort}`])
const listing: fc.Arbitrary<Listing> = record<Listing>({
  statuses: fc.uniqueArray(fc.constantFrom('active', 'disabled', 'expired', 'pending', 'revoked'), {
    maxLength: 2,
  }) as fc.Arbitrary<string[] | undefined>,
  environment: seldom(fc.constantFrom('live', 'guarded')),
  scope: seldom(fc.constantFrom(...GRANTS, 'ghost:read', 'nonsense')),
  createdBy: seldom(fc.constantFrom('me' as const, 'nobody' as const)),
  q: seldom(fc.constantFrom(...QUERIES)),
  unusedForMs: seldom(fc.constantFrom(0, 5 * SECOND, 2 * HOUR, DAY, -HOUR)),
  expiresWithinMs: seldom(fc.constantFrom(0, 10 * SECOND, 2 * HOUR, 2 * DAY)),
  sort: maybe(fc.constantFrom(...SORTS)),
  limit: fc.constantFrom(1, 2, 3, 100) as fc.Arbitrary<number | undefined>,
})

const importItem: fc.Arbitrary<ImportItem> = record<ImportItem>({
  secret: fc.nat({ max: 9 }) as fc.Arbitrary<number | undefined>,
  prefix: maybe(fc.constant('old_')),
  fields: keyFields as fc.Arbitrary<KeyFields | undefined>,
})

const mixedPatch = record<OrganizationPatch>({
  name: seldom(name),
  externalId: seldom(externalId),
  plan: seldom(fc.constantFrom(...Object.keys(PLANS), 'ghost')),
  features: seldom(
    orNull(
      fc.oneof(
        { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...Object.keys(FEATURES)), orNull(fc.boolean())) },
        { weight: 1, arbitrary: fc.constant({ ghost: true }) },
      ),
    ),
  ),
})

/** To a plan with less room than is taken, as often as not. */
const otherPlan = fc.record({ plan: fc.constantFrom('single', 'single', ...Object.keys(PLANS)) })

const organizationPatch: fc.Arbitrary<OrganizationPatch> = fc.oneof(mixedPatch, otherPlan)

/** Mostly one and the same, so that its keys are many. */
const organization = fc.constantFrom(1, 1, 1, 1, 0, 0, 2, 3)
const is = <const T extends string>(what: T) => fc.constant(what)

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 24, arbitrary: fc.record({ do: is('create'), organization, fields: keyFields, name: repeatable }) },
  { weight: 12, arbitrary: fc.record({ do: is('edit'), pick, patch: keyPatch, ifMatch }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: is('rotate'),
      pick,
      graceSeconds: fc.constantFrom(null, 0, 30, 3_600, 604_800),
      name: repeatable,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: is('repeat'), request: some, otherBody: mostly(false) }) },
  { weight: 18, arbitrary: fc.record({ do: is('change'), pick, to: fc.constantFrom(...CHANGES, ...SWITCHES) }) },
  { weight: 4, arbitrary: fc.record({ do: is('delete'), pick, confirm: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('import'),
      organization,
      items: fc.array(importItem, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('self-revoke'), secret: some }) },
  { weight: 3, arbitrary: fc.record({ do: is('see'), pick }) },
  { weight: 7, arbitrary: fc.record({ do: is('list'), organization, listing }) },
  { weight: 32, arbitrary: fc.record({ do: is('verify'), question }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: is('found'), plan: orNull(fc.constantFrom(...Object.keys(PLANS), 'ghost')) }),
  },
  { weight: 5, arbitrary: fc.record({ do: is('reorganize'), organization, patch: organizationPatch, ifMatch }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('suspend', 'suspend', 'resume', 'resume', 'look'), organization }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('dissolve'), organization }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: is('wait'),
      ms: fc.constantFrom(1, SECOND, 10 * SECOND, 61 * SECOND, HOUR, 13 * HOUR, 25 * HOUR, 8 * DAY),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: is('wait-for'), moment: fc.nat({ max: 3 }), offsetMs: fc.constantFrom(-1, 0, 1) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('crowd', 'flush') }) },
)

const step: fc.Arbitrary<Step> = fc.tuple(action, fc.boolean()).map(([done, watched]) => ({ ...done, watched }))

export const MAX_STEPS = 60

/** As they would travel, so that what is printed is what was done. */
export const steps: fc.Arbitrary<Step[]> = fc
  .array(step, { minLength: 1, maxLength: MAX_STEPS, size: 'max' })
  .map((list) => JSON.parse(JSON.stringify(list)))
