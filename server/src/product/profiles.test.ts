import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { covers, type Product } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { loadProduct, parseProduct } from './load.ts'

const profilesDir = path.join(import.meta.dirname, '../../../profiles')
const load = (name: string) => loadProduct(name, { profilesDir })
const names = readdirSync(profilesDir).map((file) => path.basename(file, '.yaml'))

/** The arguments that a shell hands to curl. */
function curlArguments(command: string, env: Record<string, string> = {}): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`
  return execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1)
}

test('the default and the four vendors are shipped', () => {
  expect(names.sort()).toEqual(['datature-vi', 'default', 'inkit-render', 'vilvik', 'visitly'])
})

describe.each(names)('the profile %s', (name) => {
  test('loads', () => {
    expect(load(name).name).not.toBe('')
  })

  test('has a sample request that asks this server who the key is', () => {
    const { sampleRequest } = load(name)
    const command = sampleRequest.curl.replaceAll('{{url}}', 'http://127.0.0.1:4280')
    const expected = ['http://127.0.0.1:4280/v1/keys/self', '--header', 'Authorization: Bearer acme_live_0Az']
    const { environmentVariable } = sampleRequest
    expect(curlArguments(command.replaceAll('{{secret}}', 'acme_live_0Az'))).toEqual(expected)
    expect(
      curlArguments(command.replaceAll('{{secret}}', `$${environmentVariable}`), {
        [environmentVariable]: 'acme_live_0Az',
      }),
    ).toEqual(expected)
  })

  test('has no access level without a scope', () => {
    const { accessLevels, scopes } = load(name)
    for (const level of accessLevels) {
      expect(scopes.filter(({ id }) => covers(level.scopes, id)).length).toBeGreaterThan(0)
    }
  })
})

test('the default works when the keys in its comments are taken in', () => {
  const text = readFileSync(path.join(profilesDir, 'default.yaml'), 'utf8')
  const uncommented = text.replace(/^( *)# ( *(?:- )?\w+: ?)/gm, '$1$2')
  const { features, plans } = parseProduct(uncommented, 'default.yaml')
  expect(features.map(({ id }) => id)).toEqual(['per-scope-control'])
  expect(plans.flatMap(({ scopes }) => scopes ?? [])).toEqual(['records:*', 'files:*'])
})

const granted = ({ accessLevels, scopes }: Product, level: string) =>
  scopes.map(({ id }) => id).filter((id) => covers(accessLevels.find((one) => one.id === level)?.scopes ?? [], id))

test('Datature Vi: secret keys with permission and access scope, removed in one step', () => {
  const product = load('datature-vi')
  const { screen, environments, lifecycle, features, accessLevels, scopeGroups } = product
  expect(screen.navigation).toEqual(['Secret Keys'])
  expect(screen.menu.map((action) => screen.words[action])).toEqual(['Edit Permission', 'Remove Key'])
  expect(screen.columns).toEqual([
    'name',
    'prefix',
    'accessLevel',
    'scopes',
    'createdAt',
    'createdBy',
    'lastUsed',
    'action',
  ])
  expect(lifecycle.deleteRequiresRevoke).toBe(false)
  expect(environments.map(({ label, rotationDays }) => [label, rotationDays])).toEqual([
    ['Production', 90],
    ['Staging', 180],
    ['Development', null],
    ['CI/CD', 90],
  ])
  expect(scopeGroups.map(({ label }) => label)).toEqual(['Dataset Access', 'Training Access', 'Deployment Access'])
  expect(accessLevels.map(({ label }) => label)).toEqual(['Full', 'Read Only', 'Labeler Only'])
  expect(granted(product, 'full')).toHaveLength(product.scopes.length)
  expect(granted(product, 'read-only')).toEqual(['dataset:read', 'training:read', 'deployment:read'])
  expect(granted(product, 'labeler-only')).toEqual(['dataset:annotate'])
  expect(features).toMatchObject([{ id: 'per-scope-control', default: false }])
  expect(features[0]?.whenOff).toContain('account manager')
})

test('Inkit Render: an API keys tab that shows who depends on a key and deletes without a revoke', () => {
  const { screen, lifecycle } = load('inkit-render')
  expect(screen.navigation).toEqual(['API keys'])
  expect(screen.columns).toEqual(expect.arrayContaining(['lastUsed', 'lastUsedFrom', 'usage']))
  expect(screen.menu).toContain('delete')
  expect(lifecycle.deleteRequiresRevoke).toBe(false)
})

test('Vilvik: vlk_ keys with single scopes and a cap by plan', () => {
  const { prefix, environments, accessLevels, plans, screen, lifecycle } = load('vilvik')
  expect(prefix).toBe('vlk')
  expect(environments).toEqual([])
  expect(accessLevels).toEqual([])
  expect(plans.map(({ id }) => id)).toEqual(['free', 'premium'])
  expect(plans[0]?.maxKeys).toBeLessThan(plans[1]?.maxKeys ?? 0)
  expect(screen.columns).toEqual(expect.arrayContaining(['prefix', 'scopes', 'lastUsed', 'lastUsedFrom']))
  expect(lifecycle.deleteRequiresRevoke).toBe(true)
})

test('Visitly: keys of sites under Integrations Hub › API, revoked before they are deleted', () => {
  const product = load('visitly')
  const { screen, lifecycle, resourceKinds, accessLevels, scopes, plans } = product
  expect(screen.navigation).toEqual(['Integrations Hub', 'API'])
  expect(screen.menu.map((action) => screen.words[action])).toEqual([
    'View Details',
    'Edit Key',
    'Rotate Key',
    'Revoke Key',
    'Delete Key',
  ])
  expect(resourceKinds.map(({ id }) => id)).toEqual(['site'])
  expect(scopes.every((scope) => scope.resourceKinds.includes('site'))).toBe(true)
  expect(accessLevels.map(({ label }) => label)).toEqual(['Read', 'Read & Write'])
  expect(granted(product, 'read').every((scope) => scope.endsWith(':read'))).toBe(true)
  expect(granted(product, 'read-write')).toHaveLength(scopes.length)
  expect(lifecycle).toEqual({ deleteRequiresRevoke: true, rotationDays: 90 })
  expect(plans[0]?.defaultRateLimit).not.toBeNull()
})
