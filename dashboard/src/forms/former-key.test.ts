import { expect, test } from 'vitest'
import { formerKey } from './former-key.ts'

const target = (name: string) => ({ type: 'key', id: 'key_a', name })

test('what a deleted key was is told from how it was made and changed', () => {
  const expiresAt = Date.UTC(2027, 0, 31, 12)
  const key = formerKey([
    {
      target: target('ci'),
      changes: {
        prefix: { after: 'vi_12345678' },
        environment: { after: 'ci-cd' },
        accessLevel: { after: 'full' },
        scopes: { after: ['*'] },
        rateLimit: { after: { limit: 10, windowSeconds: 60 } },
        credits: { after: { remaining: 5, refill: null } },
        expiresAt: { after: expiresAt },
      },
    },
    {
      target: target('ci, narrowed'),
      changes: {
        scopes: { before: ['*'], after: ['dataset:read'] },
        accessLevel: { before: 'full', after: 'restricted' },
        tags: { before: [], after: ['ci'] },
      },
    },
  ])
  expect(key).toEqual({
    name: 'ci, narrowed',
    description: null,
    environment: 'ci-cd',
    accessLevel: 'restricted',
    scopes: ['dataset:read'],
    resources: {},
    allowedIps: [],
    rateLimit: { limit: 10, windowSeconds: 60 },
    credits: null,
    metadata: {},
    tags: ['ci'],
    externalId: null,
    expiresAt: '2027-01-31T12:00:00.000Z',
  })
})

test('of a key whose log tells nothing there is nothing to copy', () => {
  expect(formerKey([])).toMatchObject({ name: '', scopes: [], expiresAt: null })
})
