import { describe, expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'

const HOUR = 3_600_000

/** Six keys, one of each kind, an hour apart. */
async function start() {
  const server = await startApp()
  const { call, clock, usage } = server
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  const ids: Record<string, string> = {}
  const make = async (name: string, input: object = {}) => {
    const { body } = await call('POST', keys, { body: { name, ...input } })
    ids[name] = body.key.id
    clock.advance(HOUR)
    return body.secret as string
  }
  await make('alpha', { scopes: ['records:*'], environment: 'production' })
  await make('Bravo', { scopes: ['records:read'], description: 'the 100%_done job' })
  await make('charlie', { scopes: ['*'] })
  const used = await make('delta')
  await make('echo', { expiresAt: new Date(clock.now() + HOUR).toISOString() })
  await make('foxtrot', { expiresAt: new Date(clock.now() + 100 * HOUR).toISOString() })
  await call('POST', `${keys}/${ids.Bravo}/disable`)
  await call('POST', `${keys}/${ids.charlie}/revoke`)
  await call('POST', '/v1/keys/verify', { body: { key: used } })
  await usage.flush()
  const names = async (query: string): Promise<string[]> => {
    const { status, body } = await call('GET', `${keys}?${query}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return body.items.map(({ name }: { name: string }) => name)
  }
  return { ...server, keys, names, ids, startedAt: clock.now() - 6 * HOUR }
}

describe('the list', () => {
  test('is filtered by each condition, and by all of them together', async () => {
    const { names, startedAt, call } = await start()
    const at = (hours: number) => encodeURIComponent(new Date(startedAt + hours * HOUR).toISOString())
    const cases: [string, string[]][] = [
      ['status=active', ['foxtrot', 'delta', 'alpha']],
      ['status=disabled&status=revoked', ['charlie', 'Bravo']],
      ['status=expired', ['echo']],
      ['status=pending', []],
      ['environment=production', ['alpha']],
      ['scope=records:read', ['charlie', 'Bravo', 'alpha']],
      ['scope=records:write', ['charlie', 'alpha']],
      ['scope=records:*', ['charlie', 'alpha']],
      ['q=ALPH', ['alpha']],
      ['q=bravo', ['Bravo']],
      ['q=100%25_d', ['Bravo']],
      ['q=1000_d', []],
      ['q=acme_', ['foxtrot', 'echo', 'delta', 'charlie', 'Bravo', 'alpha']],
      [`unusedSince=${at(2)}`, ['Bravo', 'alpha']],
      [`unusedSince=${at(100)}`, ['foxtrot', 'echo', 'delta', 'charlie', 'Bravo', 'alpha']],
      [`expiresBefore=${at(6)}`, ['echo']],
      [`expiresBefore=${at(500)}`, ['foxtrot', 'echo']],
      [`expiresBefore=${at(500)}&status=active`, ['foxtrot']],
      ['createdBy=key_other', []],
    ]
    for (const [query, expected] of cases) expect(await names(query), query).toEqual(expected)
    const everyone = (await call('GET', '/v1/service-keys')).body.items
    const [maker] = everyone
    expect(await names(`createdBy=${maker.id}`)).toHaveLength(6)
  })

  test('is sorted both ways, absent values last', async () => {
    const { names } = await start()
    expect(await names('sort=name')).toEqual(['Bravo', 'alpha', 'charlie', 'delta', 'echo', 'foxtrot'])
    expect(await names('sort=-name')).toEqual(['foxtrot', 'echo', 'delta', 'charlie', 'alpha', 'Bravo'])
    expect(await names('sort=createdAt')).toEqual(['alpha', 'Bravo', 'charlie', 'delta', 'echo', 'foxtrot'])
    expect((await names('sort=lastUsedAt'))[0]).toBe('delta')
    expect((await names('sort=-lastUsedAt'))[0]).toBe('delta')
    expect((await names('sort=expiresAt')).slice(0, 2)).toEqual(['echo', 'foxtrot'])
    expect((await names('sort=-expiresAt')).slice(0, 2)).toEqual(['foxtrot', 'echo'])
  })

  test('page by page holds every key once, whatever it is sorted by', async () => {
    const { call, keys } = await start()
    for (const sort of [
      'createdAt',
      '-createdAt',
      'name',
      '-name',
      'lastUsedAt',
      '-lastUsedAt',
      'expiresAt',
      '-expiresAt',
    ]) {
      const whole = (await call('GET', `${keys}?sort=${sort}`)).body.items
      const paged: unknown[] = []
      let next = ''
      do {
        const { body } = await call('GET', `${keys}?sort=${sort}&limit=2${next}`)
        paged.push(...body.items)
        next = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
      } while (next !== '')
      expect(paged, sort).toEqual(whole)
    }
  })

  test('refuses the cursor of another list', async () => {
    const { call, keys } = await start()
    const { nextCursor } = (await call('GET', `${keys}?limit=2`)).body
    for (const other of ['sort=name', 'status=active', 'q=a']) {
      const { body } = await call('GET', `${keys}?limit=2&cursor=${nextCursor}&${other}`)
      expect(body.error.details, other).toHaveProperty('cursor')
    }
  })

  test('refuses a cursor whose value was forged into another type', async () => {
    const { call, keys } = await start()
    for (const sort of ['createdAt', 'name', 'lastUsedAt']) {
      const { nextCursor } = (await call('GET', `${keys}?limit=2&sort=${sort}`)).body
      const [version, mark, , id] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString())
      for (const value of [sort === 'name' ? 7 : 'text', true, 1.5, {}]) {
        const forged = Buffer.from(JSON.stringify([version, mark, value, id])).toString('base64url')
        const { status, body } = await call('GET', `${keys}?limit=2&sort=${sort}&cursor=${forged}`)
        expect(status, `${sort} ${value}`).toBe(400)
        expect(body.error.details).toHaveProperty('cursor')
      }
    }
  })

  test('counts by status ignore the status asked for and heed everything else', async () => {
    const { call, keys } = await start()
    const all = { active: 3, disabled: 1, revoked: 1, expired: 1, pending: 0 }
    expect((await call('GET', `${keys}?status=revoked`)).body.counts).toEqual(all)
    const withRecords = { active: 1, disabled: 1, revoked: 1, expired: 0, pending: 0 }
    expect((await call('GET', `${keys}?scope=records:read&status=active`)).body.counts).toEqual(withRecords)
  })

  test('of another organization is empty of these keys', async () => {
    const { call } = await start()
    const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body
    const { body } = await call('GET', `/v1/organizations/${organization.id}/keys`)
    expect(body).toMatchObject({ items: [], nextCursor: null, counts: { active: 0 } })
  })
})
