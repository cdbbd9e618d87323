import { describe, expect, test } from 'vitest'
import { usageOfKeys } from '../domain/usage.ts'
import { startWithPeople } from './people.fixture.ts'
import { HOUR, startWithUsedKey } from './used-key.fixture.ts'

async function start() {
  const server = await startWithUsedKey()
  const { base, call, get } = server
  const path = (keys: readonly string[], more: string) =>
    `${base}/usage-by-key?${keys.map((key) => `key=${key}`).join('&')}${more && `&${more}`}`
  const askAbout = (keys: readonly string[], more = '') => get(path(keys, more))
  const found = async (keys: readonly string[]) =>
    (await askAbout(keys)).items.map(({ keyId }: { keyId: string }) => keyId)
  /** What is refused, and why. */
  const refused = async (keys: readonly string[], more = '') => {
    const { status, body } = await call('GET', path(keys, more))
    return { status, code: body.error?.code, details: body.error?.details }
  }
  return { ...server, askAbout, found, refused }
}

const strangers = (count: number) => Array.from({ length: count }, (_, number) => `key_${number}`)

describe('the usage of many keys', () => {
  test.each(['hour', 'day'])('by the %s is what each of them has alone, zeroes included', async (bucket) => {
    const { clock, code, create, secret, key, base, askAbout, get } = await start()
    const [second, unused] = [await create(), await create()]
    await code(secret)
    clock.advance(30 * HOUR)
    await code(secret)
    await code(secret, { organizationId: 'org_other' })
    await code(second.secret)
    const from = `bucket=${bucket}&from=2026-01-15T05:30:00Z`
    const keys = [key.id, second.key.id, unused.key.id]
    const { items, ...span } = await askAbout(keys, from)
    expect(items).toHaveLength(3)
    for (const [at, id] of keys.entries()) {
      const { items: buckets, totals, ...spanAlone } = await get(`${base}/keys/${id}/usage?${from}`)
      expect(items[at]).toEqual({ keyId: id, items: buckets, totals })
      expect(span).toEqual(spanAlone)
    }
    expect(items[0].totals).toEqual({ VALID: 2, ORGANIZATION_MISMATCH: 1 })
  })

  test('is of the last seven days by the day, as long as nothing else is asked', async () => {
    const { key, secret, code, askAbout, iso } = await start()
    await code(secret)
    const { items, ...span } = await askAbout([key.id])
    expect(span).toEqual({ from: iso(Date.UTC(2026, 0, 8)), to: iso(Date.UTC(2026, 0, 16)), bucket: 'day' })
    expect(items[0].items).toHaveLength(8)
    expect(items[0].items.at(-1)).toEqual({ start: iso(Date.UTC(2026, 0, 15)), counts: { VALID: 1 } })
  })

  test('comes in the order asked, and once of a key that is asked for twice', async () => {
    const { create, found } = await start()
    const [a, b, c] = [(await create()).key.id, (await create()).key.id, (await create()).key.id]
    expect(await found([b, c, a])).toEqual([b, c, a])
    expect(await found([c, a, c, b, a])).toEqual([c, a, b])
  })

  test('is without what is no key of the organization, and does not tell whose it is', async () => {
    const { call, key, found, base, organization } = await start()
    const other = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
    const theirs = (await call('POST', `/v1/organizations/${other}/keys`, { body: { name: 'x' } })).body.key.id
    const bound = { name: 's', organizationId: organization.id }
    const service = (await call('POST', '/v1/service-keys', { body: bound })).body.key.id
    const outside = ['key_nobody', theirs, service, organization.id, other]
    expect(await found([outside[0] ?? '', key.id, ...outside])).toEqual([key.id])
    const alone = await Promise.all(
      outside.map(async (id) => (await call('GET', `${base}/usage-by-key?key=${id}`)).body),
    )
    for (const answer of alone) expect(answer).toEqual({ ...alone[0], items: [] })
    // Deleted, it is still nobody else's.
    await call('POST', `/v1/organizations/${other}/keys/${theirs}/revoke`)
    await call('DELETE', `/v1/organizations/${other}/keys/${theirs}`)
    expect(await found([theirs, key.id])).toEqual([key.id])
  })

  test('goes on with that of a deleted key', async () => {
    const { call, clock, create, code, of, key, secret, askAbout } = await start()
    const other = (await create()).key.id
    await code(secret)
    await call('POST', `${of}/revoke`)
    await call('DELETE', of)
    clock.advance(1)
    await code(secret)
    expect((await askAbout([other, key.id])).items).toMatchObject([
      { keyId: other, totals: {} },
      { keyId: key.id, totals: { VALID: 1, UNKNOWN: 1 } },
    ])
  })

  test('takes one flush and as many statements for a hundred keys as for one', async () => {
    const { domain, actor, organization, create, code } = await start()
    const keys: string[] = []
    for (let made = 0; made < 3; made++) {
      const { key, secret } = await create()
      keys.push(key.id)
      await code(secret)
    }
    const spent = async (asked: readonly string[]) => {
      const calls: string[] = []
      const noting = <T extends object>(part: T) =>
        new Proxy(part, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name)
            if (typeof value === 'function') calls.push(String(name))
            return typeof value === 'function' ? value.bind(target) : value
          },
        })
      const parts = { ...domain, database: noting(domain.database), usage: noting(domain.usage) }
      const { items } = await usageOfKeys(parts, actor, organization.id, asked, { bucket: 'day' })
      return { calls, found: items.length }
    }
    const calls = ['organization', 'keysWithin', 'flush', 'usageByKey']
    expect(await spent(keys.slice(0, 1))).toEqual({ calls, found: 1 })
    expect(await spent([...keys, ...strangers(97)])).toEqual({ calls, found: 3 })
  })
})

describe('a question about many keys', () => {
  test('is refused without a key, with more than a hundred, and with what no usage is asked for', async () => {
    const { key, refused, found } = await start()
    for (const [keys, more, field] of [
      [[], '', 'key'],
      [strangers(101), '', 'key'],
      [[''], '', 'key.0'],
      [[key.id], 'bucket=minute', 'bucket'],
      [[key.id], 'from=yesterday', 'from'],
      [[key.id], 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
      [[key.id], 'colour=red', 'colour'],
    ] as const) {
      const refusal = { status: 400, code: 'VALIDATION_FAILED', details: { [field]: [expect.any(String)] } }
      expect(await refused(keys, more)).toEqual(refusal)
    }
    expect(await found([key.id, ...strangers(99)])).toEqual([key.id])
  })

  test('is refused where its buckets would be too many of all keys together, with what would be less', async () => {
    const { call, base, refused, askAbout } = await start()
    const tenDays = 'from=2026-01-01T00:00:00Z&to=2026-01-11T00:00:00Z'
    expect((await askAbout(strangers(100), tenDays)).items).toEqual([])
    const { code, details } = await refused(strangers(100), tenDays.replace('11T', '12T'))
    expect(code).toBe('VALIDATION_FAILED')
    expect(details.from[0]).toMatch(
      /for 100 keys: .* 1100 buckets, and 1000 fit .*; ask for less, about fewer keys, or/,
    )
    expect(await refused(strangers(10), 'bucket=hour')).toMatchObject({ code: 'VALIDATION_FAILED' })
    await askAbout(strangers(5), 'bucket=hour')
    // Of one key it is as many as anywhere, however often it is named.
    const most = 'bucket=day&from=2020-01-01T00:00:00Z&to=2022-09-27T00:00:00Z'
    await askAbout(['key_a', 'key_a'], most)
    expect((await call('GET', `${base}/usage-by-key?key=key_a&${most.replace('09-27', '09-28')}`)).status).toBe(400)
  })

  test('is answered to a viewer, and is 404 to who is not of the organization and to a key bound elsewhere', async () => {
    const { call, organization, addMember, addPerson, app, newServiceKey } = await startWithPeople()
    const found = async (name: string) =>
      (await call('POST', '/v1/organizations', { body: { name } })).body.organization.id as string
    const other = await found('Other')
    const { id: key } = (await call('POST', `/v1/organizations/${organization.id}/keys`, { body: { name: 'k' } })).body
      .key
    const url = `/v1/organizations/${organization.id}/usage-by-key?key=${key}`
    const askAs = async ({ cookie }: { cookie: string }) => (await app.inject({ url, headers: { cookie } })).json()
    expect(await askAs(await addMember('Viewer', 'viewer'))).toMatchObject({ items: [{ keyId: key }] })
    expect(await askAs(await addPerson('Stranger'))).toMatchObject({ error: { code: 'NOT_FOUND' } })
    const status = async (path: string, scope: string, boundTo?: string) =>
      (await call('GET', path, { key: await newServiceKey([scope], boundTo) })).status
    expect(await status(url, 'usage:read')).toBe(200)
    expect(await status(url, 'usage:read', organization.id)).toBe(200)
    expect(await status(url, 'usage:read', other)).toBe(404)
    expect(await status(url, 'keys:read')).toBe(403)
    expect(await status(`/v1/organizations/org_nobody/usage-by-key?key=${key}`, 'usage:read')).toBe(404)
  })
})
