import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyCallers, RemovalCheck, Usage, VerdictCode } from '@claviger/core'
import { expect, test } from 'vitest'
import { Connection, Unanswered } from './connection.ts'
import { Operator } from './operator.ts'
import { startServer } from './running-server.ts'

const CLIENTS = 6
/** Usage is written every second; writing it takes some time, too. */
const WRITTEN_WITHIN_MS = 1_500

/** One answered question. */
interface Answered {
  key: string
  code: VerdictCode
  answeredAt: number
}

async function startWithKeys() {
  const server = await startServer({ profile: 'visitly' })
  const serviceKey = await server.createServiceKey()
  const operator = new Operator(server.address, serviceKey)
  const organization = (await operator.createOrganization({ name: 'counted' })).id
  const keys: { id: string; secret: string }[] = []
  for (let at = 0; at < 3; at++) {
    const { key, secret } = await operator.createKey(organization, { name: 'counted' })
    keys.push({ id: key.id, secret })
  }
  operator.connection.close()
  return { server, serviceKey, organization, keys }
}

/** Asks about each key in turn, as several callers, now and then for another organization, until nobody answers. */
async function askUntilTheEnd(
  address: string,
  serviceKey: string,
  keys: readonly { id: string; secret: string }[],
  name: string,
): Promise<{ answered: Answered[]; asked: number }> {
  const connection = new Connection(address, serviceKey)
  const answered: Answered[] = []
  for (let asked = 1; ; asked++) {
    const { id, secret } = keys[asked % keys.length] ?? { id: '', secret: '' }
    const organizationId = asked % 5 === 0 ? { organizationId: 'org_other' } : {}
    const body = { key: secret, ip: '192.0.2.1', client: { name }, ...organizationId }
    try {
      const answer = await connection.send<{ code: VerdictCode }>('/v1/keys/verify', { method: 'POST', body })
      answered.push({ key: id, code: answer.body.code, answeredAt: performance.now() })
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      connection.close()
      return { answered, asked }
    }
  }
}

function countsOf(answered: readonly Answered[], key: string | null): Usage['totals'] {
  const counts: Usage['totals'] = {}
  for (const one of answered) if (key === null || one.key === key) counts[one.code] = (counts[one.code] ?? 0) + 1
  return counts
}

test('after a graceful stop every answered verdict is counted, once', async () => {
  const { server, serviceKey, organization, keys } = await startWithKeys()
  const load = Array.from({ length: CLIENTS }, (_, at) =>
    askUntilTheEnd(server.address, serviceKey, keys, `client ${at}`),
  )
  await sleep(1_700)
  expect((await server.stop()).code).toBe(0)
  const results = await Promise.all(load)
  const answered = results.flatMap((result) => result.answered)
  expect(answered.length).toBeGreaterThan(100)

  const again = await server.startAgain()
  const reader = new Connection(again.address, serviceKey)
  const of = `/v1/organizations/${organization}`
  const read = async <T>(path: string) => (await reader.send<T>(`${of}${path}`)).body
  expect((await read<Usage>('/usage')).totals).toEqual(countsOf(answered, null))
  for (const { id } of keys) {
    const expected = countsOf(answered, id)
    expect((await read<Usage>(`/keys/${id}/usage`)).totals).toEqual(expected)
    const { items, others } = await read<KeyCallers>(`/keys/${id}/callers`)
    expect(others).toBe(0)
    const seen = Object.fromEntries(items.map(({ client, count }) => [client, count]))
    const asked = results.map((result, at) => [`client ${at}`, result.answered.filter(({ key }) => key === id).length])
    expect(seen).toEqual(Object.fromEntries(asked))
    expect(await read<RemovalCheck>(`/keys/${id}/removal-check`)).toMatchObject({
      verdict: 'in-use',
      requests: { week: expected.VALID },
    })
  }
  reader.close()
})

test('after kill -9 no more than the last second of use is missing, and nothing is counted twice', async () => {
  const { server, serviceKey, organization, keys } = await startWithKeys()
  const load = Array.from({ length: CLIENTS }, (_, at) =>
    askUntilTheEnd(server.address, serviceKey, keys, `client ${at}`),
  )
  await sleep(3_300)
  const killedAt = performance.now()
  await server.kill()
  const results = await Promise.all(load)
  const answered = results.flatMap((result) => result.answered)
  const settled = answered.filter(({ answeredAt }) => answeredAt < killedAt - WRITTEN_WITHIN_MS)
  expect(settled.length).toBeGreaterThan(100)

  const again = await server.startAgain()
  const reader = new Connection(again.address, serviceKey)
  const { totals } = (await reader.send<Usage>(`/v1/organizations/${organization}/usage`)).body
  const counted = Object.values(totals).reduce((sum, count) => sum + count, 0)
  expect(counted).toBeGreaterThanOrEqual(settled.length)
  expect(counted).toBeLessThanOrEqual(results.reduce((sum, { asked }) => sum + asked, 0))
  reader.close()
})
