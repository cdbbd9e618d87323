import { describe, expect, test } from 'vitest'
import { DEPLOYMENT_CHAIN } from '../domain/audit.ts'
import { startWithTwo } from './two-organizations.fixture.ts'

describe('a flood', () => {
  test('of refused questions is recorded up to a bound and then counted, each credential for itself', async () => {
    const server = await startWithTwo()
    const [one, other] = [
      await server.newServiceKey(['audit:read'], server.here),
      await server.newServiceKey(['audit:read']),
    ]
    const ask = (key: string) => server.call('POST', '/v1/keys/verify', { key, body: { key: 'x' } })
    const of = async (chain: string) =>
      (await server.database.events(chain, 1, 500)).filter(({ outcome }) => outcome === 'refused')
    for (let at = 0; at < 200; at++) expect((await ask(one)).status).toBe(403)
    expect((await ask(other)).status).toBe(403)
    expect(await of(server.here)).toHaveLength(60)
    expect(await of(DEPLOYMENT_CHAIN)).toHaveLength(1)
    const since = server.clock.now()
    server.clock.advance(60_000)
    await ask(one)
    const [told, next] = (await of(server.here)).slice(60)
    expect(told).toMatchObject({ action: 'audit.omit', actor: { name: 'test' }, target: { type: 'service-key' } })
    expect(JSON.parse(told?.changes ?? '')).toEqual({ omitted: 140, since })
    expect(next).toMatchObject({ action: 'key.verify' })
  })

  test('that was counted is told of when the server stops', async () => {
    const server = await startWithTwo()
    const key = await server.newServiceKey(['keys:read'], server.here)
    for (let at = 0; at < 70; at++) {
      await server.call('GET', `/v1/organizations/${server.there}/keys/${server.foreign}`, { key })
    }
    await server.app.close()
    const events = await server.database.events(server.here, 1, 500)
    expect(events.at(-1)).toMatchObject({ action: 'audit.omit', changes: expect.stringContaining('"omitted":10') })
  })

  test('of refused changes is recorded whole', async () => {
    const server = await startWithTwo()
    const key = await server.newServiceKey(['keys:read'], server.here)
    const url = `/v1/organizations/${server.here}/keys/${server.key}/revoke`
    const before = (await server.database.chainHead(server.here))?.count ?? 0
    for (let at = 0; at < 100; at++) await server.call('POST', url, { key })
    expect((await server.database.chainHead(server.here))?.count).toBe(before + 100)
  })
})
