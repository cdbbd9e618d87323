import { expect, test } from 'vitest'
import { isFiltered, readKeysSearch, toKeyQuery } from './keys-search.ts'

test('what an address says is asked for, moments in UTC', () => {
  const search = readKeysSearch({ status: 'all', scope: 'records:read', expiresBefore: '2026-02-01T01:00:00+01:00' })
  expect(toKeyQuery(search)).toEqual({ limit: 50, scope: 'records:read', expiresBefore: '2026-02-01T00:00:00.000Z' })
  expect(isFiltered(search)).toBe(true)
})

test('what nobody can mean is left out', () => {
  const search = readKeysSearch({ status: 'lost', sort: 'colour', unusedSince: 'yesterday-ish', q: '' })
  expect(toKeyQuery(search)).toEqual({ limit: 50, status: ['active'] })
  expect(isFiltered(search)).toBe(false)
})

test('what the list knows nothing of is not asked for, though the router hands it on', () => {
  const raw = { utm_source: 'mail', page: '-5', 'q[]': '1', sort: 'name' } as const
  expect(toKeyQuery({ ...raw, ...readKeysSearch(raw) })).toEqual({ limit: 50, status: ['active'], sort: 'name' })
})

test('control characters are no part of a search', () => {
  expect(toKeyQuery(readKeysSearch({ q: 'ci\u0000-\u007frunner' }))).toMatchObject({ q: 'ci-runner' })
  expect(isFiltered(readKeysSearch({ q: '\u0000' }))).toBe(false)
})
