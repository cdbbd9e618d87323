import { randomBytes } from 'node:crypto'
import { generateToken } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'

async function start(...options: Parameters<typeof startApp>) {
  const server = await startApp(...options)
  const read = async () => {
    const { statusCode, headers, body } = await server.app.inject('/metrics')
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    return body
  }
  /** The value of one series; undefined: there is none. */
  const series = async (name: string) => {
    const line = (await read()).split('\n').find((each) => each.startsWith(`${name} `))
    return line === undefined ? undefined : Number(line.split(' ').at(-1))
  }
  const { organization } = (await server.call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  const { key, secret } = (await server.call('POST', keys, { body: { name: 'ci', scopes: ['records:read'] } })).body
  const verify = (asked: string) => server.call('POST', '/v1/keys/verify', { body: { key: asked } })
  return { ...server, read, series, keys, key, secret: secret as string, verify }
}

describe('metrics', () => {
  test('count verdicts by code, apart for customers’ keys and service keys', async () => {
    const { series, verify, call, keys, key, secret } = await start()
    const before = (await series('claviger_verdicts_total{audience="services",code="VALID"}')) ?? 0
    for (let i = 0; i < 3; i++) await verify(secret)
    await call('POST', `${keys}/${key.id}/revoke`, { body: {} })
    await verify(secret)
    await verify('rubbish')
    await call('GET', '/v1/service-keys', { key: 'rubbish' })
    expect(await series('claviger_verdicts_total{audience="customers",code="VALID"}')).toBe(3)
    expect(await series('claviger_verdicts_total{audience="customers",code="REVOKED"}')).toBe(1)
    expect(await series('claviger_verdicts_total{audience="customers",code="MALFORMED"}')).toBe(1)
    expect(await series('claviger_verdicts_total{audience="services",code="VALID"}')).toBe(before + 6)
    expect(await series('claviger_verdicts_total{audience="services",code="MALFORMED"}')).toBe(1)
    expect(await series('claviger_verdict_seconds_count')).toBeGreaterThanOrEqual(12)
  })

  test('time every other request by its route, never by what stands in it', async () => {
    const { series, call, keys, read, key } = await start()
    await call('GET', `${keys}/${key.id}`)
    await call('GET', `${keys}/key_other`)
    const route = '/v1/organizations/:organization/keys/:key'
    const count = (status: number) =>
      series(`claviger_http_request_seconds_count{method="GET",route="${route}",status="${status}"}`)
    expect([await count(200), await count(404)]).toEqual([1, 1])
    await call('GET', '/nowhere/at/all')
    const text = await read()
    expect(text).not.toContain(key.id)
    expect(text).not.toContain('nowhere')
    expect(text).not.toContain('Acme')
  })

  test('tell what is remembered, who is guessing, and how far behind usage is', async () => {
    const { series, verify, secret, usage, clock } = await start()
    await verify(secret)
    const { secret: guess } = generateToken('acme', randomBytes)
    await verify(guess.reveal())
    expect(await series('claviger_memory_secrets')).toBe(2)
    expect(await series('claviger_memory_absent')).toBe(1)
    expect(await series('claviger_suspects')).toBe(1)
    await usage.flush()
    expect(await series('claviger_usage_lag_seconds')).toBe(0)
    await verify(secret)
    clock.advance(7_000)
    expect(await series('claviger_usage_lag_seconds')).toBe(7)
    await usage.flush()
    expect(await series('claviger_usage_lag_seconds')).toBe(0)
    expect(await series('nodejs_eventloop_lag_p99_seconds')).toEqual(expect.any(Number))
  })
})
