import { expect, test } from 'vitest'
import { actionLabel, changedFields } from './changes.ts'

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

test.each([
  ['key.revoke', 'Revoke key'],
  ['key.rotation.cancel', 'Cancel key rotation'],
  ['service-key.create', 'Create service key'],
  ['deployment.set-up', 'Set up deployment'],
  ['member.role', 'Change member role'],
  ['person.sign-in', 'Sign in'],
])('%s is what somebody set out to do: %s', (action, label) => {
  expect(actionLabel(action)).toBe(label)
})
