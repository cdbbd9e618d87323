import type { Catalog } from '@claviger/sdk'
import { describe, expect, test } from 'vitest'
import { aKey } from './a-key.fixture.ts'
import { approvers, environmentLimitText, grantingOf, isBeyondRole, scopeLimitText, whyNotWiden } from './granting.ts'

const environment = (id: string, approval: 'none' | 'admin' = 'none') => ({
  id,
  label: id.toUpperCase(),
  tag: null,
  rotationDays: null,
  approval,
  production: false,
})

const catalog: Pick<Catalog, 'roles' | 'environments'> = {
  environments: [environment('live', 'admin'), environment('stage', 'admin'), environment('dev')],
  roles: [
    { id: 'developer', scopes: ['records:*', 'files:read'], environments: ['stage', 'dev'] },
    { id: 'admin', scopes: ['records:*', 'files:*'], environments: null },
  ],
}

const developer = grantingOf('developer', catalog)

describe('what somebody may grant', () => {
  test('is what the product leaves to their role, and everything for those who run the deployment', () => {
    expect(isBeyondRole(developer, ['records:read', 'files:read'])).toBe(false)
    expect(isBeyondRole(developer, ['files:*'])).toBe(true)
    expect(isBeyondRole(developer, ['*'])).toBe(true)
    for (const role of ['owner', null] as const) expect(isBeyondRole(grantingOf(role, catalog), ['*'])).toBe(false)
  })

  test('is told with whom to ask for the rest', () => {
    expect(scopeLimitText(developer, catalog)).toBe(
      'As a developer you can grant records:* and files:read at most. Ask an owner or an admin for others.',
    )
    expect(scopeLimitText(grantingOf('admin', catalog), catalog)).toContain('Ask an owner for others.')
    expect(environmentLimitText(developer, catalog)).toBe(
      'As a developer you make keys for STAGE and DEV only. Ask an owner or an admin for others.',
    )
    expect(environmentLimitText(grantingOf('admin', catalog), catalog)).toBe('')
    expect(approvers()).toBe('an owner or an admin')
  })
})

describe('why a key can be given no more', () => {
  const why = (more: Parameters<typeof aKey>[0], granting = developer) => whyNotWiden(aKey(more), catalog, granting)

  test('is told before somebody tries', () => {
    expect(why({ environment: 'live' })).toBe('A developer makes no keys for LIVE.')
    expect(why({ environment: null })).toBe('A developer makes no keys without an environment.')
    expect(why({ environment: 'dev', scopes: ['*'] })).toBe('It holds more than a developer can grant.')
    expect(why({ environment: 'stage' })).toContain('an owner or an admin')
    expect(why({ environment: 'stage', status: 'pending' })).toBeNull()
    expect(why({ environment: 'dev' })).toBeNull()
    expect(why({ environment: 'stage' }, grantingOf('admin', catalog))).toBeNull()
    expect(why({ environment: 'live', scopes: ['*'] }, grantingOf(null, catalog))).toBeNull()
  })
})
