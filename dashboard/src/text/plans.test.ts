import { expect, test } from 'vitest'
import { planTexts } from './plans.ts'

test('a plan is told in plain words', () => {
  expect(planTexts({ maxKeys: null, scopes: null, defaultRateLimit: null })).toEqual([
    'Any number of keys.',
    'Keys can hold every scope.',
  ])
  const small = {
    maxKeys: 1,
    scopes: ['records:*', 'account:read'],
    defaultRateLimit: { limit: 60, windowSeconds: 60 },
  }
  expect(planTexts(small)).toEqual([
    '1 active key at most.',
    'Keys can hold records:* and account:read.',
    '60 requests in 60 s for a new key that names no limit.',
  ])
})
