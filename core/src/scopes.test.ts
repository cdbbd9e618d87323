import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coveringGrant, covers, isGrant, isScope, missingScopes } from './scopes.ts'

// Few names that begin alike, so that properties meet near misses often.
const names = fc.constantFrom('data', 'dataset', 'datasets', 'd')
const scopes = fc.tuple(names, names).map(([resource, action]) => `${resource}:${action}`)
const grants = fc.oneof(
  { weight: 4, arbitrary: scopes },
  { weight: 2, arbitrary: names.map((resource) => `${resource}:*`) },
  { weight: 1, arbitrary: fc.constant('*') },
)
const grantLists = fc.array(grants, { maxLength: 6 })

/** All concrete scopes there are, which is what a grant means. */
const UNIVERSE = ['data', 'dataset', 'datasets', 'd', 'other'].flatMap((resource) =>
  ['data', 'dataset', 'datasets', 'd', 'other'].map((action) => `${resource}:${action}`),
)

function meaning(grant: string): string[] {
  if (grant === '*') return UNIVERSE
  return UNIVERSE.filter((scope) => scope === grant || `${scope.split(':')[0]}:*` === grant)
}

describe('the grammar', () => {
  test.each(['dataset:read', 'keys:verify', 'service-keys:write', 'a:b', 'v1.models:fine_tune'])(
    '%s is a scope',
    (text) => {
      expect(isScope(text)).toBe(true)
      expect(isGrant(text)).toBe(true)
    },
  )

  test.each(['*', 'dataset:*', 'service-keys:*'])('%s can be granted but is no scope', (text) => {
    expect(isScope(text)).toBe(false)
    expect(isGrant(text)).toBe(true)
  })

  test.each([
    '',
    ':',
    'dataset',
    'dataset:',
    ':read',
    'dataset:read:all',
    'dataset:r*',
    'data*:read',
    '*:read',
    '*:*',
    '**',
    'dataset:**',
    'Dataset:read',
    'dataset:Read',
    'dataset: read',
    'dataset:read ',
    'dataset:read\n',
    'dätaset:read',
    '1:2',
    `${'a'.repeat(65)}:read`,
  ])('%j is neither', (text) => {
    expect(isScope(text)).toBe(false)
    expect(isGrant(text)).toBe(false)
  })
})

describe('covering', () => {
  test('means that every scope asked for is among those granted', () => {
    fc.assert(
      fc.property(grantLists, grants, (granted, asked) => {
        const held = new Set(granted.flatMap(meaning))
        // A wildcard is more than the scopes of today: a list that happens to name them all does not cover it.
        const expected = asked.endsWith('*')
          ? granted.some((grant) => grant === asked || grant === '*')
          : meaning(asked).every((scope) => held.has(scope))
        expect(covers(granted, asked)).toBe(expected)
      }),
      { numRuns: 5000 },
    )
  })

  test('never exceeds what the grants mean', () => {
    fc.assert(
      fc.property(grantLists, grants, (granted, asked) => {
        fc.pre(covers(granted, asked))
        const held = new Set(granted.flatMap(meaning))
        expect(meaning(asked).filter((scope) => !held.has(scope))).toEqual([])
      }),
    )
  })

  test('is reflexive: whoever holds a grant may ask for it', () => {
    fc.assert(
      fc.property(grantLists, (granted) => {
        expect(granted.every((grant) => covers(granted, grant))).toBe(true)
      }),
    )
  })

  test('is transitive: what a covered grant covers is covered', () => {
    fc.assert(
      fc.property(grantLists, grants, grants, (granted, middle, asked) => {
        fc.pre(covers(granted, middle) && covers([middle], asked))
        expect(covers(granted, asked)).toBe(true)
      }),
    )
  })

  test('is monotone: another grant takes nothing away', () => {
    fc.assert(
      fc.property(grantLists, grants, grants, (granted, more, asked) => {
        fc.pre(covers(granted, asked))
        expect(covers([...granted, more], asked)).toBe(true)
        expect(covers([more, ...granted], asked)).toBe(true)
      }),
    )
  })

  test('a wildcard of one resource does not reach a resource whose name begins alike', () => {
    expect(covers(['data:*'], 'dataset:read')).toBe(false)
    expect(covers(['dataset:*'], 'data:read')).toBe(false)
    expect(covers(['dataset:*'], 'dataset:read')).toBe(true)
  })

  test('all actions of a resource are covered by that wildcard or by everything, and by nothing less', () => {
    expect(covers(['dataset:*'], 'dataset:*')).toBe(true)
    expect(covers(['*'], 'dataset:*')).toBe(true)
    expect(covers(['dataset:read', 'dataset:write'], 'dataset:*')).toBe(false)
    expect(covers(['dataset:*', 'keys:*'], '*')).toBe(false)
  })

  test('a scope without an action is covered by no wildcard but everything', () => {
    expect(covers(['dataset:*'], 'dataset:')).toBe(false)
    expect(covers(['dataset:*'], 'dataset')).toBe(false)
  })

  test('no grants cover nothing', () => {
    expect(covers([], 'dataset:read')).toBe(false)
  })
})

test('missing are exactly the asked scopes that are not covered', () => {
  expect(missingScopes(['dataset:*', 'keys:read'], ['keys:write', 'dataset:read', '*', 'keys:read'])).toEqual([
    'keys:write',
    '*',
  ])
  fc.assert(
    fc.property(grantLists, grantLists, (granted, asked) => {
      const missing = missingScopes(granted, asked)
      expect(missing.length === 0).toBe(asked.every((scope) => covers(granted, scope)))
      expect(missingScopes([...granted, ...missing], asked)).toEqual([])
    }),
  )
})

describe('the grant that covers a scope', () => {
  test('is there exactly where the scope is covered, and covers it', () => {
    fc.assert(
      fc.property(grantLists, grants, (granted, asked) => {
        const grant = coveringGrant(granted, asked)
        expect(grant !== null).toBe(covers(granted, asked))
        if (grant !== null) expect([granted.includes(grant), covers([grant], asked)]).toEqual([true, true])
      }),
    )
  })

  test('is the narrowest of several, wherever it stands', () => {
    for (const granted of [
      ['*', 'd:*', 'd:read'],
      ['d:read', 'd:*', '*'],
      ['d:*', '*', 'd:read'],
    ]) {
      expect(coveringGrant(granted, 'd:read')).toBe('d:read')
      expect(coveringGrant(granted, 'd:write')).toBe('d:*')
      expect(coveringGrant(granted, 'data:read')).toBe('*')
    }
  })
})
