import { expect, test } from 'vitest'
import { changedFields } from './changes.ts'

test('a moment is told as one, and a number that is none stays a number', () => {
  const at = Date.UTC(2026, 10, 21, 14, 3, 7)
  const changes = { revokedAt: at, expiresAt: { before: null, after: at }, version: 3, rateLimit: { limit: 5 } }
  const [revoked, expires, ...others] = changedFields({ changes })
  for (const field of [revoked, expires]) expect(field?.after).toMatch(/2026, \d\d:03:07/)
  expect(others).toEqual([
    { field: 'version', before: null, after: '3' },
    { field: 'rateLimit', before: null, after: 'limit: 5' },
  ])
})
