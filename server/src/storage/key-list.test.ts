import { expect, test } from 'vitest'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { rotateKey } from '../domain/rotate-key.ts'
import { startDomain } from '../testing/test-domain.ts'

async function start(names: string[]) {
  const { domain, actor, database, clock } = await startDomain()
  const organizationId = (await createOrganization(domain, actor, { name: 'Acme' })).value.id
  for (const name of names) await issueKey(domain, actor, organizationId, { name, scopes: ['records:read'] })
  const find = async (filter: { q?: string; scope?: string }) => {
    const request = {
      organizationId,
      sort: 'name',
      descending: false,
      after: null,
      limit: 100,
      now: clock.now(),
    } as const
    const found = await database.keysOf({ ...request, filter: { statuses: [], ...filter } })
    return found.map(({ name }) => name)
  }
  return { find, domain, actor, organizationId }
}

test('a search minds no case in ASCII, minds it elsewhere, and has no wildcards', async () => {
  const { find } = await start(['Alpha', 'alpha', 'É', 'é', 'a%b', 'a_b', "a'b", 'a\\b', 'axb'])
  const found: [string, string[]][] = [
    ['ALPHA', ['Alpha', 'alpha']],
    ['É', ['É']],
    ['é', ['é']],
    ['A%', ['a%b']],
    ['a_', ['a_b']],
    ["'", ["a'b"]],
    ['\\', ['a\\b']],
  ]
  for (const [q, names] of found) expect(await find({ q }), q).toEqual(names)
})

test('a key is found by the prefix of every secret that it had, and by no part of an old one', async () => {
  const { find, domain, actor, organizationId } = await start(['other'])
  const { key } = (await issueKey(domain, actor, organizationId, { name: 'rotated', scopes: ['records:read'] })).value
  await rotateKey(domain, actor, organizationId, key.id, 60)
  const { prefix } = (await rotateKey(domain, actor, organizationId, key.id, 0)).value.key
  expect(prefix).not.toBe(key.prefix)
  expect(await find({ q: prefix })).toEqual(['rotated'])
  expect(await find({ q: key.prefix })).toEqual(['rotated'])
  expect(await find({ q: key.prefix.slice(0, -1) })).toEqual([])
})

test('a scope is found as it is spelled', async () => {
  const { find } = await start(['a'])
  expect(await find({ scope: 'records:read' })).toEqual(['a'])
  expect(await find({ scope: 'Records:Read' })).toEqual([])
  expect(await find({ scope: 'records:%' })).toEqual([])
})
