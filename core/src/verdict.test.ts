import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type IpRange, parseIpRange } from './ip.ts'
import { DENIALS, DENY_CODES, type DenyCode, decide, type KeyFacts, type Question } from './verdict.ts'

const NOW = 1_000_000

const FACTS: KeyFacts = {
  id: 'key_1',
  name: 'ci-runner',
  organizationId: 'org_1',
  environment: 'live',
  scopes: ['dataset:read', 'site:*'],
  resources: {},
  allowedIps: [],
  metadata: {},
  expiresAt: null,
  revokedAt: null,
  disabledAt: null,
  pendingSince: null,
  organizationSuspendedAt: null,
  secretState: 'current',
  secretEndsAt: null,
}

const KINDS: Record<string, readonly string[]> = { 'site:open': ['site'], 'dataset:read': ['dataset', 'region'] }

const QUESTION: Question = {
  scopes: ['dataset:read'],
  resources: {},
  organizationId: 'org_1',
  ip: '192.0.2.7',
  kindsOf: (scope) => KINDS[scope] ?? [],
}

function ranges(...texts: string[]): IpRange[] {
  return texts.map((text) => parseIpRange(text) as IpRange)
}

/** For each code, the facts and the question that alone bring it about. */
const CAUSES: readonly { code: DenyCode; facts?: Partial<KeyFacts>; question?: Partial<Question> }[] = [
  { code: 'REVOKED', facts: { revokedAt: 1 } },
  { code: 'ROTATED', facts: { secretState: 'retired' } },
  { code: 'ORGANIZATION_SUSPENDED', facts: { organizationSuspendedAt: 1 } },
  { code: 'PENDING', facts: { pendingSince: 1 } },
  { code: 'DISABLED', facts: { disabledAt: 1 } },
  { code: 'EXPIRED', facts: { expiresAt: NOW } },
  { code: 'ORGANIZATION_MISMATCH', question: { organizationId: 'org_2' } },
  { code: 'IP_DENIED', facts: { allowedIps: ranges('198.51.100.0/24') } },
  { code: 'INSUFFICIENT_SCOPE', question: { scopes: ['dataset:read', 'dataset:write'] } },
  {
    code: 'RESOURCE_DENIED',
    facts: { resources: { site: ['lobby-1'] } },
    question: { resources: { site: 'lobby-2' } },
  },
]

describe('the order of causes', () => {
  test('is that of the codes', () => {
    expect(CAUSES.map((cause) => cause.code)).toEqual(DENY_CODES.slice(2, -2))
  })

  test('holds for every combination: the earliest cause is told, and without one the answer is yes', () => {
    for (let combination = 0; combination < 2 ** CAUSES.length; combination++) {
      const present = CAUSES.filter((_cause, at) => (combination >> at) & 1)
      const facts = Object.assign({ ...FACTS }, ...present.map((cause) => cause.facts))
      const question = Object.assign({ ...QUESTION }, ...present.map((cause) => cause.question))
      expect(decide(facts, question, NOW)).toBe(present[0]?.code ?? 'VALID')
    }
  })
})

describe('time', () => {
  test('ends a key at the exact millisecond of its expiry', () => {
    const facts = { ...FACTS, expiresAt: NOW }
    expect(decide(facts, QUESTION, NOW - 1)).toBe('VALID')
    expect(decide(facts, QUESTION, NOW)).toBe('EXPIRED')
  })

  test('ends a previous secret at the exact millisecond of its grace', () => {
    const facts: KeyFacts = { ...FACTS, secretState: 'previous', secretEndsAt: NOW }
    expect(decide(facts, QUESTION, NOW - 1)).toBe('VALID')
    expect(decide(facts, QUESTION, NOW)).toBe('ROTATED')
  })

  test('accepts neither a previous secret without an end nor a retired one before its end', () => {
    expect(decide({ ...FACTS, secretState: 'previous', secretEndsAt: null }, QUESTION, NOW)).toBe('ROTATED')
    expect(decide({ ...FACTS, secretState: 'retired', secretEndsAt: NOW + 1 }, QUESTION, NOW)).toBe('ROTATED')
  })

  test('of an act counts even if it was the beginning of time', () => {
    expect(decide({ ...FACTS, revokedAt: 0 }, QUESTION, NOW)).toBe('REVOKED')
    expect(decide({ ...FACTS, organizationSuspendedAt: 0 }, QUESTION, NOW)).toBe('ORGANIZATION_SUSPENDED')
    expect(decide({ ...FACTS, pendingSince: 0 }, QUESTION, NOW)).toBe('PENDING')
    expect(decide({ ...FACTS, disabledAt: 0 }, QUESTION, NOW)).toBe('DISABLED')
    expect(decide({ ...FACTS, expiresAt: 0 }, QUESTION, NOW)).toBe('EXPIRED')
  })
})

describe('the organization', () => {
  test('is not asked about where the question names none', () => {
    expect(decide(FACTS, { ...QUESTION, organizationId: null }, NOW)).toBe('VALID')
  })

  test('is never that of a key which belongs to none', () => {
    expect(decide({ ...FACTS, organizationId: null }, QUESTION, NOW)).toBe('ORGANIZATION_MISMATCH')
    expect(decide({ ...FACTS, organizationId: null }, { ...QUESTION, organizationId: null }, NOW)).toBe('VALID')
  })
})

describe('the address', () => {
  const facts = { ...FACTS, allowedIps: ranges('198.51.100.0/24', '2001:db8::/32', '192.0.2.7') }

  test.each(['192.0.2.7', '198.51.100.255', '2001:db8:1::1', '::ffff:192.0.2.7'])('%s is on the list', (ip) => {
    expect(decide(facts, { ...QUESTION, ip }, NOW)).toBe('VALID')
  })

  test.each([null, '', 'unknown', '192.0.2.7, 192.0.2.7', '192.0.2.8', '2001:db9::1', '192.0.2.07'])(
    '%j is refused by a list',
    (ip) => {
      expect(decide(facts, { ...QUESTION, ip }, NOW)).toBe('IP_DENIED')
      expect(decide(FACTS, { ...QUESTION, ip }, NOW)).toBe('VALID')
    },
  )
})

describe('scopes', () => {
  test('must all be held', () => {
    expect(decide(FACTS, { ...QUESTION, scopes: [] }, NOW)).toBe('VALID')
    expect(decide(FACTS, { ...QUESTION, scopes: ['dataset:read', 'site:open'] }, NOW)).toBe('VALID')
    expect(decide(FACTS, { ...QUESTION, scopes: ['dataset:write', 'dataset:read'] }, NOW)).toBe('INSUFFICIENT_SCOPE')
    expect(decide({ ...FACTS, scopes: [] }, QUESTION, NOW)).toBe('INSUFFICIENT_SCOPE')
  })
})

describe('resources', () => {
  const facts = { ...FACTS, resources: { site: ['lobby-1', 'lobby-2'], region: ['eu'] } }

  function ask(scopes: string[], resources: Record<string, string>) {
    return decide(facts, { ...QUESTION, scopes, resources }, NOW)
  }

  test('of a constrained kind must be on its list', () => {
    expect(ask(['site:open'], { site: 'lobby-2' })).toBe('VALID')
    expect(ask(['site:open'], { site: 'lobby-3' })).toBe('RESOURCE_DENIED')
  })

  test('are checked where they are named, even if no asked scope is about their kind', () => {
    expect(ask([], { site: 'lobby-3' })).toBe('RESOURCE_DENIED')
    expect(ask(['site:open'], { site: 'lobby-1', region: 'us' })).toBe('RESOURCE_DENIED')
  })

  test('must be named where an asked scope is about a constrained kind', () => {
    expect(ask(['site:open'], {})).toBe('RESOURCE_DENIED')
    expect(ask(['site:open'], { region: 'eu' })).toBe('RESOURCE_DENIED')
    expect(ask(['dataset:read'], { region: 'eu' })).toBe('VALID')
    expect(ask(['dataset:read', 'site:open'], { region: 'eu' })).toBe('RESOURCE_DENIED')
  })

  test('need not be named where no asked scope is about their kind', () => {
    expect(ask([], {})).toBe('VALID')
    expect(ask(['site:shut'], {})).toBe('VALID')
  })

  test('of a kind without constraint are free', () => {
    expect(ask(['dataset:read'], { region: 'eu', dataset: 'any' })).toBe('VALID')
  })

  test('of an empty list admit nothing', () => {
    const none = { ...FACTS, resources: { site: [] } }
    expect(decide(none, { ...QUESTION, resources: { site: 'lobby-1' } }, NOW)).toBe('RESOURCE_DENIED')
  })

  test('whose kind is named like something every object inherits are constrained like any other', () => {
    const odd = { ...FACTS, scopes: ['*'], resources: { constructor: ['a'] } as Record<string, string[]> }
    const question = { ...QUESTION, kindsOf: () => ['constructor'] }
    expect(decide(odd, question, NOW)).toBe('RESOURCE_DENIED')
    expect(decide(odd, { ...question, kindsOf: () => [] }, NOW)).toBe('VALID')
    expect(decide(odd, { ...question, resources: { constructor: 'a' } as Record<string, string> }, NOW)).toBe('VALID')
  })

  test('follow the rule whatever is constrained, asked and named', () => {
    const kinds = ['site', 'region', 'dataset']
    const instances = fc.constantFrom('a', 'b', 'c')
    const constraint = fc.dictionary(fc.constantFrom(...kinds), fc.array(instances, { minLength: 1, maxLength: 2 }))
    const named = fc.dictionary(fc.constantFrom(...kinds), instances)
    const asked = fc.subarray(['site:open', 'dataset:read', 'site:shut'])
    fc.assert(
      fc.property(constraint, named, asked, (resources, question, scopes) => {
        const touched = new Set(scopes.flatMap((scope) => KINDS[scope] ?? []))
        const admitted = kinds.every((kind) => {
          const list = resources[kind]
          const instance = question[kind]
          if (list === undefined) return true
          return instance === undefined ? !touched.has(kind) : list.includes(instance)
        })
        const verdict = decide({ ...FACTS, resources }, { ...QUESTION, scopes, resources: question }, NOW)
        expect(verdict).toBe(admitted ? 'VALID' : 'RESOURCE_DENIED')
      }),
    )
  })
})

describe('denials', () => {
  test('up to the organization are one 401 to the outside, limits 429, the rest 403', () => {
    const outward = (status: number) => DENY_CODES.filter((code) => DENIALS[code].outward === status)
    expect(outward(401)).toEqual(DENY_CODES.slice(0, DENY_CODES.indexOf('ORGANIZATION_MISMATCH') + 1))
    expect(outward(403)).toEqual(['IP_DENIED', 'INSUFFICIENT_SCOPE', 'RESOURCE_DENIED'])
    expect(outward(429)).toEqual(['CREDITS_EXHAUSTED', 'RATE_LIMITED'])
  })

  test.each(DENY_CODES)('%s is explained in a sentence', (code) => {
    expect(DENIALS[code].message).toMatch(/^[A-Z].{10,}\.$/)
  })
})
