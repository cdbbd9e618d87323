import { describe, expect, test } from 'vitest'
import { deleteKey, revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { startApp } from '../testing/test-domain.ts'

interface Shown {
  id: string
  at: string
  action: string
  actor: { id: string | null }
  target: { id: string }
  outcome: string
  requestId: string
}

/** An organization in which two service keys did several things over three hours, and were refused some. */
async function start() {
  const server = await startApp()
  const { organization } = (await server.call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const base = `/v1/organizations/${organization.id}`
  const other = await server.newServiceKey()
  const keys: string[] = []
  for (let hour = 0; hour < 3; hour++) {
    server.clock.advance(3_600_000)
    for (const key of [undefined, other]) {
      const as = key === undefined ? {} : { key }
      const made = await server.call('POST', `${base}/keys`, { body: { name: `k${hour}` }, ...as })
      const { id } = made.body.key
      keys.push(id)
      await server.call('DELETE', `${base}/keys/${id}`, as)
      await server.call('POST', `${base}/keys/${id}/revoke`, as)
    }
  }
  const list = async (query: Record<string, string> = {}, path = `${base}/audit`) => {
    const { status, body } = await server.call('GET', `${path}?${new URLSearchParams(query)}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return body as { items: Shown[]; nextCursor: string | null }
  }
  const every = async (query: Record<string, string> = {}, path?: string) => {
    const items: Shown[] = []
    let cursor: string | null = null
    do {
      const page: { items: Shown[]; nextCursor: string | null } = await list(
        { ...query, ...(cursor && { cursor }) },
        path,
      )
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return items
  }
  return { ...server, organization: organization.id as string, base, keys, list, every }
}

describe('the log of an organization', () => {
  test('is narrowed down by every filter and any two of them, page by page, as picking by hand does', async () => {
    const { every } = await start()
    const all = await every({ limit: '100' })
    expect(all).toHaveLength(19)
    const sample = all[7] as Shown
    const filters: [Record<string, string>, (event: Shown) => boolean][] = [
      [{ actor: sample.actor.id ?? '' }, ({ actor }) => actor.id === sample.actor.id],
      [{ action: 'key.revoke' }, ({ action }) => action === 'key.revoke'],
      [{ action: 'key.*' }, ({ action }) => action.startsWith('key.')],
      [{ action: 'organization.*' }, ({ action }) => action.startsWith('organization.')],
      [{ target: sample.target.id }, ({ target }) => target.id === sample.target.id],
      [{ outcome: 'refused' }, ({ outcome }) => outcome === 'refused'],
      [{ outcome: 'success' }, ({ outcome }) => outcome === 'success'],
      [{ requestId: sample.requestId }, ({ requestId }) => requestId === sample.requestId],
      [{ from: sample.at }, ({ at }) => at >= sample.at],
      [{ to: sample.at }, ({ at }) => at < sample.at],
    ]
    const ids = (events: Shown[]) => events.map(({ id }) => id)
    for (const [query, matches] of filters) {
      for (const [more, matchesMore] of filters) {
        const both = { ...query, ...more, limit: '4' }
        const clash = Object.keys(query)[0] === Object.keys(more)[0]
        const expected = all.filter((event) => (clash || matches(event)) && matchesMore(event))
        expect(ids(await every(both)), JSON.stringify(both)).toEqual(ids(expected))
      }
    }
  })

  test('is the newest first, and nothing comes twice or is left out when it grows meanwhile', async () => {
    const { list, call, base } = await start()
    const first = await list({ limit: '10' })
    await call('POST', `${base}/keys`, { body: { name: 'meanwhile' } })
    const rest = await list({ limit: '100', cursor: first.nextCursor ?? '' })
    const shown = [...first.items, ...rest.items]
    expect(new Set(shown.map(({ id }) => id)).size).toBe(19)
    expect(shown.map(({ at }) => at)).toEqual(
      shown
        .map(({ at }) => at)
        .sort()
        .reverse(),
    )
  })

  test('takes a cursor for the filter it was given for and for no other', async () => {
    const { list, call, base } = await start()
    const { nextCursor } = await list({ limit: '2', outcome: 'success' })
    const cursor = String(nextCursor)
    for (const query of [{ cursor }, { cursor, outcome: 'refused' }, { cursor: 'rubbish', outcome: 'success' }]) {
      const answer = await call('GET', `${base}/audit?${new URLSearchParams(query)}`)
      expect(answer).toMatchObject({ status: 400, body: { error: { details: { cursor: expect.anything() } } } })
    }
    const [version, mark] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    for (const place of [
      [null, '1'],
      [1, 'x'],
      [1, '-1'],
      ['1', '1'],
    ]) {
      const forged = Buffer.from(JSON.stringify([version, mark, ...place])).toString('base64url')
      expect((await call('GET', `${base}/audit?outcome=success&cursor=${forged}`)).status).toBe(400)
    }
  })

  test('refuses filters that cannot be meant', async () => {
    const { call, base } = await start()
    const queries = ['action=key.', 'action=*', 'action=Key.x', 'outcome=maybe', 'from=yesterday', 'to=1', 'actor=']
    for (const query of [
      ...queries,
      'color=red',
      'format=xml',
      'format=csv&limit=5',
      'format=csv&cursor=x',
      'limit=0',
    ]) {
      expect((await call('GET', `${base}/audit?${query}`)).status, query).toBe(400)
    }
    expect((await call('GET', `${base}/keys/x/audit?target=y`)).status).toBe(400)
    expect((await call('GET', `${base}/audit?target=%00`)).status).toBe(400)
  })

  test('remains readable when the organization is gone', async () => {
    const { call, every, base, list } = await start()
    const before = await every()
    await call('DELETE', base)
    expect(await every()).toEqual(before)
    const deployment = await list({ action: 'organization.delete' }, '/v1/audit')
    expect(deployment.items).toHaveLength(1)
    expect((await call('GET', '/v1/organizations/deployment/audit')).status).toBe(404)
    expect((await call('GET', '/v1/organizations/org_none/audit')).status).toBe(404)
  })
})

test('a filter that hardly anything passes finds what there is in a log of many parts', {
  timeout: 60_000,
}, async () => {
  const { domain, database, actor, organization, list } = await start()
  const names = Array.from({ length: 1_000 }, (_, at) => ({ name: 'x', sha256: at.toString(16).padStart(64, '0') }))
  const { importKeys } = await import('../domain/import-keys.ts')
  for (let part = 0; part < 3; part++) {
    const items = names.map((item) => ({ ...item, sha256: `${part}${item.sha256.slice(1)}` }))
    await importKeys(
      { ...domain, product: { ...domain.product, plans: unlimited(domain.product.plans) } },
      actor,
      organization,
      items,
    )
  }
  expect((await database.chainHead(organization))?.count).toBe(3_019)
  expect((await list({ action: 'organization.create' })).items).toHaveLength(1)
  expect((await list({ action: 'service-key.*' })).items).toEqual([])
  expect((await list({ outcome: 'refused', limit: '3' })).nextCursor).not.toBeNull()
})

function unlimited<Plan extends { maxKeys: number | null }>(plans: readonly Plan[]): Plan[] {
  return plans.map((plan) => ({ ...plan, maxKeys: null }))
}

describe('the history of a key', () => {
  test('remains when the key is deleted, and is nobody else’s', async () => {
    const { domain, actor, organization, base, every, call, newServiceKey } = await start()
    const { key } = (await issueKey(domain, actor, organization, { name: 'short-lived' })).value
    await revokeKey(domain, actor, organization, key.id, {})
    const path = `${base}/keys/${key.id}/audit`
    const before = await every({}, path)
    await deleteKey(domain, actor, organization, key.id, undefined)
    const after = await every({}, path)
    expect(after.map(({ action }) => action)).toEqual(['key.delete', 'key.revoke', 'key.create'])
    expect(after.slice(1)).toEqual(before)
    const other = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
    expect((await call('GET', `/v1/organizations/${other}/keys/${key.id}/audit`)).status).toBe(404)
    const bound = await newServiceKey(['*'], other)
    for (let at = 0; at < 2; at++) {
      expect((await call('GET', `/v1/organizations/${other}/keys/${key.id}/audit`, { key: bound })).status).toBe(404)
    }
    expect((await call('GET', path, { key: bound })).status).toBe(404)
  })
})

describe('the deployment’s own log', () => {
  test('holds what belongs to no organization, for unbound service keys alone', async () => {
    const { call, list, newServiceKey, organization } = await start()
    await call('POST', '/v1/service-keys', { body: { name: 's' } })
    const { items } = await list({}, '/v1/audit')
    expect(items[0]).toMatchObject({ action: 'service-key.create', target: { type: 'service-key', name: 's' } })
    const answer = await call('GET', '/v1/audit', { key: await newServiceKey(['*'], organization) })
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } })
  })
})
