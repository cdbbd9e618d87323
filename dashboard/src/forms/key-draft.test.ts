import type { Catalog } from '@claviger/sdk'
import { describe, expect, test } from 'vitest'
import { aKey } from './a-key.fixture.ts'
import { UNLIMITED } from './granting.ts'
import { draftFaults, draftOf, emptyDraft, environmentFault, toCreateRequest, toEditRequest } from './key-draft.ts'

const NOW = Date.UTC(2026, 10, 21)

const catalog: Catalog = {
  scopes: [
    { id: 'records:read', description: 'See records', resourceKinds: [] },
    { id: 'records:write', description: 'Change records', resourceKinds: [] },
  ],
  scopeGroups: [],
  accessLevels: [{ id: 'full', label: 'Full', description: 'Everything', scopes: ['*'] }],
  environments: [
    { id: 'production', label: 'Production', tag: 'live', rotationDays: 90, approval: 'none', production: false },
  ],
  resourceKinds: [{ id: 'site', label: 'Site', pluralLabel: 'Sites' }],
  plan: { id: 'free', label: 'Free', maxKeys: null, scopes: null, defaultRateLimit: null },
  lifecycle: { deleteRequiresRevoke: true, rotationDays: null },
  features: {},
  selfServicePlans: [],
  roles: [],
  featureTexts: [],
  words: {},
  prefix: 'acme',
  environmentVariable: 'ACME_API_KEY',
}

const key = aKey({
  scopes: ['records:*'],
  resources: { site: ['a', 'b'] },
  expiresAt: '2027-01-01T00:00:30.000Z',
})

describe('an address', () => {
  test('prefills what it can mean', () => {
    const given = { name: 'ci', environment: 'production', scopes: 'records:read,ghost:read', expiresInDays: '90' }
    expect(emptyDraft(catalog, UNLIMITED, given)).toMatchObject({
      name: 'ci',
      environment: 'production',
      level: 'restricted',
      scopes: ['records:read'],
      expiry: { kind: 'days', days: 90 },
    })
  })

  test('that means nothing prefills nothing', () => {
    const rubbish = { environment: 'moon', level: 'root', scopes: '*', expiresInDays: '-1', resources: {} }
    expect(emptyDraft(catalog, UNLIMITED, rubbish)).toEqual(emptyDraft(catalog, UNLIMITED))
  })
})

test('a new key begins with nothing that the plan does not have', () => {
  const accessLevels = [
    { id: 'read', label: 'Read', description: '', scopes: ['records:read'] },
    ...catalog.accessLevels,
  ]
  const small = { ...catalog, accessLevels, plan: { ...catalog.plan, scopes: ['records:read'] } }
  const given = { level: 'full', scopes: 'records:read,records:write' }
  expect(emptyDraft(small, UNLIMITED, given)).toMatchObject({ level: 'restricted', scopes: ['records:read'] })
  expect(emptyDraft({ ...small, features: { 'per-scope-control': false } }, UNLIMITED).level).toBe('read')
})

describe('a role that limits', () => {
  const granting = {
    role: 'developer',
    scopes: ['records:read'],
    environments: ['production'],
    approves: false,
  } as const

  test('is offered nothing beyond it, not by an address either', () => {
    const draft = emptyDraft(catalog, granting, { level: 'full', scopes: 'records:read,records:write' })
    expect(draft).toMatchObject({ level: 'restricted', scopes: ['records:read'] })
  })

  test('makes no key outside its environments, and has the only one chosen', () => {
    expect(emptyDraft(catalog, granting, { environment: '' }).environment).toBe('production')
    const draft = { ...emptyDraft(catalog, granting), environment: '' }
    expect(environmentFault(draft, granting)).toHaveProperty('environment')
    expect(environmentFault(draft, UNLIMITED)).toEqual({})
  })
})

describe('a new key', () => {
  test('begins with nothing, and cannot be sent so', () => {
    expect(Object.keys(draftFaults(emptyDraft(catalog, UNLIMITED), NOW))).toEqual(['name', 'scopes'])
  })

  test('is asked for with what was chosen and nothing else', () => {
    const draft = { ...emptyDraft(catalog, UNLIMITED), name: ' ci ', level: 'full', resources: { site: 'a, b,\na' } }
    expect(toCreateRequest(draft, NOW)).toEqual({ name: 'ci', accessLevel: 'full', resources: { site: ['a', 'b'] } })
  })

  test('has a name that can be seen', () => {
    const named = (name: string) => draftFaults({ ...draftOf(key), name }, NOW)
    expect(named('\u2060')).toEqual({ name: expect.any(String) })
    expect(named('👩🏽‍🚀')).toEqual({})
  })

  test('is not limited to nothing, which would be everything', () => {
    const limited = (site: string) => draftFaults({ ...draftOf(key), resources: { site } }, NOW)
    for (const typed of [',,,', ', \n']) expect(limited(typed), typed).toEqual({ 'resources.site': expect.any(String) })
    for (const typed of ['', ' ']) expect(limited(typed)).toEqual({})
    expect(limited('a,')).toEqual({})
    expect(limited('x'.repeat(201))).toEqual({ 'resources.site': expect.stringContaining('200') })
  })

  test('does not expire in the past', () => {
    const draft = { ...emptyDraft(catalog, UNLIMITED), name: 'ci', level: 'full' }
    expect(draftFaults({ ...draft, expiry: { kind: 'at', at: '2026-11-20T00:00:00Z' } }, NOW)).toHaveProperty('expiry')
    expect(draftFaults({ ...draft, expiry: { kind: 'at', at: '' } }, NOW)).toHaveProperty('expiry')
    expect(draftFaults({ ...draft, expiry: { kind: 'days', days: 1 } }, NOW)).toEqual({})
  })
})

describe('an edit', () => {
  test('that changes nothing asks for nothing, wildcards, resources and the very second of expiry included', () => {
    expect(toEditRequest(draftOf(key), key, NOW)).toEqual({})
  })

  test('asks for what is another now, and for nothing else', () => {
    const draft = draftOf(key)
    expect(toEditRequest({ ...draft, name: 'new' }, key, NOW)).toEqual({ name: 'new' })
    expect(toEditRequest({ ...draft, level: 'full' }, key, NOW)).toEqual({ accessLevel: 'full' })
    expect(toEditRequest({ ...draft, scopes: ['records:read'] }, key, NOW)).toEqual({ scopes: ['records:read'] })
    expect(toEditRequest({ ...draft, resources: { site: '' } }, key, NOW)).toEqual({ resources: { site: null } })
    expect(toEditRequest({ ...draft, expiry: { kind: 'never' } }, key, NOW)).toEqual({ expiresAt: null })
  })
})
