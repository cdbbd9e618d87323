import { describe, expect, test, vi } from 'vitest'
import { type Deployment, startDeployment, startTimedDeployment } from './deployment.fixture.ts'

const deployment = await startDeployment('inkit-render')
const HOUR_MS = 3_600_000

/** A customer's system that calls with whatever token it is configured with. */
const callFrom = (server: Deployment, ip: string, token: string) =>
  server.verdict(token, { ip, scopes: ['renders:write'] })

describe('I1: deleting a key', () => {
  test('the tab lists each key with what the warning prompt needs to tell', async () => {
    const organization = await deployment.newCustomer()
    const { secret } = await organization.create({ name: 'letters', accessLevel: 'full' })
    await callFrom(deployment, '198.51.100.7', secret)
    await vi.waitFor(async () => {
      const [key] = (await organization.list()).items
      expect(key).toMatchObject({ name: 'letters', status: 'active', lastUsedIp: '198.51.100.7' })
      expect(Date.parse(key?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() - HOUR_MS)
    }, 5_000)
  })

  test('a key that nothing uses is deleted in one step and refused from then on', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'obsolete' })
    expect((await organization.remove(key.id)).receipt).toHaveProperty('effectiveAt')
    expect((await organization.list()).items).toEqual([])
    expect((await deployment.asHolder(secret, 'x-api-key')).status).toBe(401)
    expect(await organization.refusal('GET', `/keys/${key.id}`)).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  test('a deleted key stays in the organization’s log, with who deleted it', async () => {
    const organization = await deployment.newCustomer()
    const { key } = await organization.create({ name: 'obsolete' })
    await organization.remove(key.id)
    const [deletion] = await organization.log()
    expect(deletion).toMatchObject({
      action: 'key.delete',
      actor: { type: 'service-key', name: 'e2e', ip: '127.0.0.1' },
      target: { id: key.id, name: 'obsolete' },
      changes: { prefix: key.prefix },
    })
  })
})

describe('I2: removing a key that systems depend on', () => {
  test('a key used a moment ago is not removed without saying that it is in use, and goes on working', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'billing', accessLevel: 'full' })
    expect(await callFrom(deployment, '198.51.100.7', secret)).toBe('VALID')
    const refusal = await organization.refusal('DELETE', `/keys/${key.id}`)
    expect(refusal).toMatchObject({
      status: 409,
      code: 'KEY_IN_USE',
      details: { lastUsedAt: expect.stringMatching(/Z$/), lastUsedIp: '198.51.100.7' },
    })
    expect(refusal.message).toContain('confirm=in-use')
    expect(await callFrom(deployment, '198.51.100.7', secret)).toBe('VALID')
  })

  test('only the exact override removes it, and then at once', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'billing', accessLevel: 'full' })
    await callFrom(deployment, '198.51.100.7', secret)
    for (const query of ['?confirm=', '?confirm=yes', '?confirm=true', '?force=in-use', '?confirm=in-use&confirm=no']) {
      expect((await organization.refusal('DELETE', `/keys/${key.id}${query}`)).status, query).toBe(400)
    }
    await organization.remove(key.id, '?confirm=in-use')
    expect(await callFrom(deployment, '198.51.100.7', secret)).toBe('UNKNOWN')
  })

  test('refused attempts are no use: a key that was only ever denied is removed without an override', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'reader', accessLevel: 'read-only' })
    expect(await callFrom(deployment, '198.51.100.7', secret)).toBe('INSUFFICIENT_SCOPE')
    await organization.remove(key.id)
  })

  test('a system that is disconnected first is removed without an override a day later', async () => {
    const timed = await startTimedDeployment('inkit-render')
    const organization = await timed.deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'shut down', accessLevel: 'full' })
    await callFrom(timed.deployment, '198.51.100.7', secret)
    timed.clock.advance(23 * HOUR_MS)
    expect((await organization.refusal('DELETE', `/keys/${key.id}`)).code).toBe('KEY_IN_USE')
    timed.clock.advance(HOUR_MS)
    await organization.remove(key.id)
    expect(await callFrom(timed.deployment, '198.51.100.7', secret)).toBe('UNKNOWN')
  })
})

describe('I3: substituting a key', () => {
  test('the old key and its replacement both work, use is seen to move, and the silent old one is removed', async () => {
    const timed = await startTimedDeployment('inkit-render')
    const organization = await timed.deployment.newCustomer()
    const old = await organization.create({ name: 'crm', accessLevel: 'full' })
    await callFrom(timed.deployment, '198.51.100.7', old.secret)
    await timed.flush()
    const movedAt = timed.clock.now()

    const next = await organization.create({ name: 'crm (2)', accessLevel: 'full' })
    expect(await organization.key(next.key.id)).toMatchObject({ lastUsedAt: null })
    timed.clock.advance(HOUR_MS)
    expect(await callFrom(timed.deployment, '198.51.100.7', next.secret)).toBe('VALID')
    await timed.flush()
    expect(await organization.key(old.key.id)).toMatchObject({ lastUsedAt: new Date(movedAt).toISOString() })
    expect(await organization.key(next.key.id)).toMatchObject({
      lastUsedAt: new Date(movedAt + HOUR_MS).toISOString(),
      lastUsedIp: '198.51.100.7',
    })
    expect((await organization.refusal('DELETE', `/keys/${old.key.id}`)).code).toBe('KEY_IN_USE')

    timed.clock.advance(23 * HOUR_MS)
    await callFrom(timed.deployment, '198.51.100.7', next.secret)
    await organization.remove(old.key.id)
    expect(await callFrom(timed.deployment, '198.51.100.7', next.secret)).toBe('VALID')
    expect((await organization.refusal('DELETE', `/keys/${next.key.id}`)).code).toBe('KEY_IN_USE')
  })

  test('a key can be given a new token while the old one works on, shows its last use, and is ended when silent', async () => {
    const timed = await startTimedDeployment('inkit-render')
    const organization = await timed.deployment.newCustomer()
    const { key, secret: old } = await organization.create({ name: 'crm', accessLevel: 'full' })
    const rotated = await organization.rotate(key.id, { graceSeconds: 7 * 24 * 3_600 })
    timed.clock.advance(HOUR_MS)
    expect(await callFrom(timed.deployment, '198.51.100.7', old)).toBe('VALID')
    await timed.flush()
    const oldLastUsedAt = new Date(timed.clock.now()).toISOString()
    timed.clock.advance(HOUR_MS)
    expect(await callFrom(timed.deployment, '198.51.100.7', rotated.secret)).toBe('VALID')
    await timed.flush()
    expect(await organization.key(key.id)).toMatchObject({
      prefix: rotated.key.prefix,
      lastUsedAt: new Date(timed.clock.now()).toISOString(),
      previousSecret: { prefix: key.prefix, lastUsedAt: oldLastUsedAt },
    })
    const { id } = key
    await timed.deployment.call('POST', `/v1/organizations/${organization.id}/keys/${id}/rotation/finish`)
    expect(await callFrom(timed.deployment, '198.51.100.7', old)).toBe('ROTATED')
    expect(await callFrom(timed.deployment, '198.51.100.7', rotated.secret)).toBe('VALID')
    expect(await organization.key(id)).toMatchObject({ previousSecret: null })
  })

  test('the new token goes into the header of the system’s requests, whichever of the two headers it sends', async () => {
    const { key, secret } = await (await deployment.newCustomer()).create({ name: 'crm' })
    for (const header of ['authorization', 'x-api-key'] as const) {
      expect((await deployment.asHolder(secret, header)).body.id, header).toBe(key.id)
    }
  })
})

describe('I4: keys that no system uses', () => {
  test('are pointed out: never used since they were made, or not used since a moment the admin chooses', async () => {
    const timed = await startTimedDeployment('inkit-render')
    const organization = await timed.deployment.newCustomer()
    const since = (hoursAgo: number) => `?unusedSince=${new Date(timed.clock.now() - hoursAgo * HOUR_MS).toISOString()}`
    const used = await organization.create({ name: 'used', accessLevel: 'full' })
    await organization.create({ name: 'floating around' })
    expect(await organization.names(since(1))).toEqual([])
    timed.clock.advance(100 * HOUR_MS)
    await callFrom(timed.deployment, '198.51.100.7', used.secret)
    await timed.flush()
    expect(await organization.names(since(99))).toEqual(['floating around'])
    timed.clock.advance(100 * HOUR_MS)
    expect(await organization.names(since(101))).toEqual(['floating around'])
    expect(await organization.names(since(99))).toEqual(['floating around', 'used'])
  })
})
