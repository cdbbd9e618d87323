import { describe, expect, test } from 'vitest'
import { DEPLOYMENT_CHAIN, verifyChain } from '../domain/audit.ts'
import { issueKey } from '../domain/issue-key.ts'
import type { AuditEvent } from '../domain/records.ts'
import { type Answer, reveal, type TestApp } from '../testing/test-domain.ts'
import { type ChangingRoute, changingRoutes, fillPath } from './every-change.fixture.ts'
import { populate, startWithTwo } from './two-organizations.fixture.ts'

/** What a refusal on this route is filed under; what is not named goes by its id. */
function expectedTarget(
  ids: Readonly<Record<string, string>>,
  route: ChangingRoute,
  names: Readonly<Record<string, string>>,
) {
  const [, named] = /:(\w+)[^:]*$/.exec(route.url) ?? []
  if (named === undefined) return { type: 'deployment', id: 'deployment', name: 'deployment' }
  const type = named === 'key' && !route.url.includes(':organization') ? 'service-key' : named
  const id = ids[named] ?? ''
  return { type, id, name: names[type] ?? id }
}

/** What `act` adds to each chain, and that it makes no version. */
async function whatIsAdded(server: TestApp, chains: readonly string[], act: () => Promise<Answer>) {
  const { database, domain } = server
  const heads = new Map<string, number>()
  for (const chain of chains) heads.set(chain, (await database.chainHead(chain))?.count ?? 0)
  const version = await database.version()
  const answer = await act()
  const added: AuditEvent[] = []
  for (const chain of chains) {
    added.push(...(await database.events(chain, (heads.get(chain) ?? 0) + 1, 100)))
    expect(await verifyChain(database, domain.serverKey, chain), chain).toMatchObject({ intact: true })
  }
  expect(await database.version(), 'no version is made').toBe(version)
  return { answer, added }
}

function send(
  server: TestApp,
  { method, url, body }: ChangingRoute,
  ids: Readonly<Record<string, string>>,
  key: string,
) {
  return server.call(method, fillPath(url, ids), { key, ...(body && { body }) })
}

describe('every route for a change', () => {
  test('leaves one event, in the log of the organization in question, of an attempt without the scope for it', async () => {
    const server = await startWithTwo()
    const key = await server.newServiceKey(['audit:read'])
    const ids = server.ours
    const invitation = `${ids.member}@example.com`.toLowerCase()
    const names = { organization: 'Here', key: 'here', member: 'ours', person: 'ours', invitation }
    for (const route of changingRoutes(server)) {
      const { answer, added } = await whatIsAdded(server, server.chains, () => send(server, route, ids, key))
      const name = `${route.method} ${route.url}`
      expect(answer.status, name).toBe(403)
      const inOrganization = route.url.includes(':organization')
      expect(added, name).toMatchObject([
        {
          chain: inOrganization ? server.here : DEPLOYMENT_CHAIN,
          action: route.action,
          actor: { type: 'service-key', name: 'test', ip: '127.0.0.1' },
          target: expectedTarget(server.ours, route, names),
          changes: '{"code":"FORBIDDEN"}',
          outcome: 'refused',
          requestId: answer.headers['x-request-id'],
        },
      ])
    }
  })

  test('leaves one event, in the caller’s log and with no foreign name, of an attempt on another organization', async () => {
    const server = await startWithTwo()
    const key = await server.newServiceKey(['*'], server.here)
    const ids = server.theirs
    for (const route of changingRoutes(server)) {
      const { answer, added } = await whatIsAdded(server, server.chains, () => send(server, route, ids, key))
      const name = `${route.method} ${route.url}`
      expect([403, 404], name).toContain(answer.status)
      const { code } = answer.body.error
      expect(added, name).toMatchObject([
        { chain: server.here, action: route.action, changes: JSON.stringify({ code }) },
      ])
      expect(JSON.stringify(added)).not.toMatch(/SECRET PLAN|"There"/)
    }
    const untouched = await server.call('GET', `/v1/organizations/${server.there}/keys`)
    expect(untouched.body.items).toMatchObject([{ id: server.foreign, status: 'active', version: 1 }])
  })

  test('leaves nothing of an attempt on what exists nowhere, and answers it alike', async () => {
    const server = await startWithTwo()
    const key = await server.newServiceKey(['*'], server.here)
    const ids = Object.keys(server.theirs).map((name) => [name, `${name.slice(0, 3)}_0351C7kPiZrOYmfi1Evrtv`])
    const nowhere: Record<string, string> = Object.fromEntries(ids)
    const foreign = server.theirs
    for (const route of changingRoutes(server)) {
      if (!route.url.includes(':organization')) continue
      const { answer, added } = await whatIsAdded(server, server.chains, () => send(server, route, nowhere, key))
      const other = await send(server, route, foreign, key)
      expect(withoutId(other)).toEqual(withoutId(answer))
      expect(added).toHaveLength(answer.status === 404 ? 0 : 1)
    }
    expect(await server.database.chainHead(nowhere.organization ?? '')).toBeUndefined()
  })

  test('declares the very action that its change has in the log, the first where it makes several', async () => {
    const server = await startWithTwo()
    const { domain, actor, here, database } = server
    for (const route of changingRoutes(server)) {
      const { key } = (await issueKey(domain, actor, here, { name: 'x' })).value
      const ids = { organization: here, key: key.id, ...(await populate(server, here, 'fresh')) }
      for (const step of route.before) await server.call('POST', fillPath(step.url, ids), { body: step.body })
      if (route.url.startsWith('/v1/service-keys/')) {
        ids.key = (await server.call('POST', '/v1/service-keys', { body: { name: 's' } })).body.key.id
      }
      if (/approve|decline/.test(route.url)) {
        await database.transact(async (writes) => {
          await writes.updateKey({ ...key, pendingSince: 1 })
          return { commit: true, value: null }
        })
      }
      if (route.url === '/v1/organizations/:organization' && route.method === 'DELETE') {
        ids.organization = (
          await server.call('POST', '/v1/organizations', { body: { name: 'gone' } })
        ).body.organization.id
      }
      let { body } = route
      if (route.url.endsWith('/departed/resolve')) {
        body = { items: [{ key: key.id, decision: 'keep' }] }
        await database.transact(async (writes) => {
          await writes.updateKey({ ...key, owner: { id: 'usr_gone', name: 'Gone' } })
          return { commit: true, value: null }
        })
      }
      const answer = await server.call(route.method, fillPath(route.url, ids), body ? { body } : {})
      expect(answer.status, `${route.method} ${route.url} ${JSON.stringify(answer.body)}`).toBeLessThan(300)
      const requestId = answer.headers['x-request-id']
      const chains = (await database.chainHeads()).map(({ chain }) => chain)
      const events = (await Promise.all(chains.map((chain) => database.events(chain, 1, 500)))).flat()
      const own = events.filter((event) => event.requestId === requestId)
      expect(
        own.map(({ action }) => action),
        `${route.method} ${route.url}`,
      ).toEqual([route.action, ...(route.url.endsWith('/compromised') ? ['key.create', 'key.replace'] : [])])
    }
  })
})

function withoutId({ status, body }: Answer) {
  const { requestId: _, ...error } = body.error
  return { status, error }
}

describe('a refusal that is', () => {
  test('a conflict of states is recorded, and so is one of versions', async () => {
    const server = await startWithTwo()
    const url = `/v1/organizations/${server.here}/keys/${server.key}`
    const conflicts: [string, () => Promise<Answer>][] = [
      ['KEY_NOT_REVOKED', () => server.call('DELETE', url)],
      ['VERSION_CONFLICT', () => server.call('PATCH', url, { body: { name: 'y' }, headers: { 'if-match': '"9"' } })],
      ['KEY_NOT_PENDING', () => server.call('POST', `${url}/approve`)],
    ]
    for (const [code, act] of conflicts) {
      const { added } = await whatIsAdded(server, server.chains, act)
      expect(added).toMatchObject([
        {
          chain: server.here,
          target: { type: 'key', id: server.key, name: 'here' },
          changes: JSON.stringify({ code }),
        },
      ])
    }
  })

  test('a 400, a 401 or a 422 is not', async () => {
    const server = await startWithTwo()
    const keys = `/v1/organizations/${server.here}/keys`
    const headers = { 'idempotency-key': 'one' }
    await server.call('POST', keys, { body: { name: 'x' }, headers })
    const acts = [
      () => server.call('POST', keys, { body: { name: 'x', colour: 'red' } }),
      () => server.call('POST', keys, { body: { name: 'x', scopes: ['ghost:read'] } }),
      () => server.call('POST', keys, { body: { name: 'x' }, key: null }),
      () => server.call('POST', keys, { body: { name: 'x' }, key: 'rubbish' }),
      () => server.call('POST', keys, { body: { name: 'y' }, headers }),
      () => server.call('POST', '/v1/nothing'),
    ]
    for (const act of acts) {
      const { answer, added } = await whatIsAdded(server, server.chains, act)
      expect([400, 401, 404, 422]).toContain(answer.status)
      expect(added).toEqual([])
    }
  })

  test('of a key at another address is recorded under the organization in question', async () => {
    const server = await startWithTwo()
    const act = () => server.call('POST', `/v1/organizations/${server.here}/keys/${server.foreign}/revoke`)
    const { answer, added } = await whatIsAdded(server, server.chains, act)
    expect(answer.status).toBe(404)
    expect(added).toMatchObject([{ chain: server.here, target: { id: server.foreign, name: server.foreign } }])
  })

  test('of single keys of an import is recorded once for each reason', async () => {
    const server = await startWithTwo()
    const url = `/v1/organizations/${server.here}/keys/import`
    const item = { name: 'x', sha256: '0'.repeat(64) }
    await server.call('POST', url, { body: { items: [item] } })
    const items = [item, item, { ...item, scopes: ['ghost:read'] }]
    const { answer, added } = await whatIsAdded(server, server.chains, () =>
      server.call('POST', url, { body: { items } }),
    )
    expect(answer.status).toBe(200)
    const changes = '{"code":"KEY_EXISTS"}'
    expect(added).toMatchObject([{ chain: server.here, action: 'key.import', target: { name: 'Here' }, changes }])
  })

  test('given to the holder of a key is recorded with the key’s own name', async () => {
    const server = await startWithTwo()
    const input = { name: 'fenced', allowedIps: ['203.0.113.0/24'] }
    const { key, secret } = (await issueKey(server.domain, server.actor, server.here, input)).value
    const act = () => server.call('POST', '/v1/keys/self/revoke', { key: reveal(secret) })
    const { answer, added } = await whatIsAdded(server, server.chains, act)
    expect(answer.status).toBe(403)
    const self = { type: 'key', id: key.id, name: 'fenced' }
    expect(added).toMatchObject([{ chain: server.here, action: 'key.revoke', actor: self, target: self }])
  })
})

test('an id that was sent cannot forge anything in the log', async () => {
  const server = await startWithTwo()
  const key = await server.newServiceKey(['audit:read'])
  for (const id of ['a%0d%0aevent', 'nul%00', '%F0%9F%98%80%E2%80%AE', 'other_abcdefgh0123456789'.padEnd(60, 'x')]) {
    const act = () => server.call('POST', `/v1/organizations/${server.here}/keys/${id}/revoke`, { key })
    const { answer, added } = await whatIsAdded(server, server.chains, act)
    expect(answer.status).toBe(403)
    expect(added).toHaveLength(1)
    expect(added[0]?.target.id).not.toMatch(/\0|[0-9a-z]{40}/)
  }
})

test('fifty refusals beside fifty changes leave an intact chain with all of them', { timeout: 60_000 }, async () => {
  const server = await startWithTwo()
  const keys = `/v1/organizations/${server.here}/keys`
  const before = (await server.database.chainHead(server.here))?.count ?? 0
  const version = await server.database.version()
  const acts = Array.from({ length: 50 }, (_, at) => [
    () => server.call('PATCH', `${keys}/${server.key}`, { body: { name: `n${at}` } }),
    () => server.call('DELETE', `${keys}/${server.key}`),
  ]).flat()
  const statuses = (await Promise.all(acts.map((act) => act()))).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(50)
  expect(statuses.filter((status) => status === 409)).toHaveLength(50)
  const verdict = await verifyChain(server.database, server.domain.serverKey, server.here)
  expect(verdict).toEqual({ intact: true, count: before + 100 })
  expect(await server.database.version()).toBe(version + 50)
})

test('who may not know what exists elsewhere does not read it out of the log either', async () => {
  const server = await startWithTwo()
  const bound = await server.newServiceKey(['*'], server.here)
  const url = `/v1/organizations/${server.here}/keys/${server.foreign}`
  expect((await server.call('POST', `${url}/revoke`, { key: bound })).status).toBe(404)
  expect((await server.call('GET', `${url}/audit`, { key: bound })).status).toBe(404)
  const log = `/v1/organizations/${server.here}/audit?outcome=refused`
  expect((await server.call('GET', log)).body.items).toHaveLength(2)
  for (const query of ['', `&target=${server.foreign}`, '&format=ndjson']) {
    const answer = await server.app.inject({ url: log + query, headers: { authorization: `Bearer ${bound}` } })
    expect(answer.body).not.toContain(server.foreign)
  }
})

test('a refusal stands when it cannot be recorded', async () => {
  const server = await startWithTwo()
  const key = await server.newServiceKey(['audit:read'], server.here)
  expect((await server.call('GET', '/v1/service-keys', { key })).status).toBe(403)
  const { transact } = server.database
  Object.assign(server.database, { transact: async () => Promise.reject(new Error('the disk is full')) })
  const answer = await server.call('GET', '/v1/service-keys', { key })
  expect(answer).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } })
  Object.assign(server.database, { transact })
})
