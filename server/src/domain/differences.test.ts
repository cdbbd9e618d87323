import { expect, test } from 'vitest'
import { differences } from './differences.ts'

test('what is the same in another order of members is no difference, at any depth', () => {
  const before = { metadata: { a: 1, b: { c: [1, 2], d: null } } }
  const after = { metadata: { b: { d: null, c: [1, 2] }, a: 1 } }
  expect(differences(before, after, ['metadata'])).toEqual({})
})

test('lists in another order are a difference', () => {
  const [before, after] = [{ tags: ['a', 'b'] }, { tags: ['b', 'a'] }]
  expect(differences(before, after, ['tags'])).toEqual({ tags: { before: ['a', 'b'], after: ['b', 'a'] } })
})
