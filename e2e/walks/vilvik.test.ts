import { describe, expect, test, vi } from 'vitest'
import { startDeployment, startTimedDeployment } from './deployment.fixture.ts'
import { runInShell } from './shell.fixture.ts'

const deployment = await startDeployment('vilvik')
const DAY_MS = 86_400_000

describe('V1: creating a key', () => {
  test('takes name, description, scopes and a date of expiry, and keeps them as given', async () => {
    const organization = await deployment.newCustomer()
    const form = {
      name: 'research-notebook',
      description: 'Ada’s notebook, weekly',
      scopes: ['models:read', 'jobs:read'],
      expiresAt: '2099-12-31T23:59:59.000Z',
    }
    const { key, secret } = await organization.create(form)
    expect(key).toMatchObject({ ...form, status: 'active' })
    expect(await organization.key(key.id)).toMatchObject(form)
    expect(await deployment.verify(secret)).toMatchObject({ key: { expiresAt: form.expiresAt } })
  })

  test('needs nothing but a name, and a key without scopes may do nothing that needs one', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'laptop-backups' })
    expect(key).toMatchObject({ description: null, scopes: [], expiresAt: null })
    expect(await deployment.verdict(secret, { scopes: ['models:read'] })).toBe('INSUFFICIENT_SCOPE')
    expect(await organization.refusal('POST', '/keys', { scopes: ['models:read'] })).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      details: { name: [expect.any(String)] },
    })
  })

  test('the catalogue explains each scope, and the smallest set lets through exactly what it names', async () => {
    const organization = await deployment.newCustomer()
    const { scopes } = await organization.catalog()
    expect(scopes.every(({ description }) => description.length > 0)).toBe(true)
    const { secret } = await organization.create({ name: 'ci-runner', scopes: ['models:run'] })
    for (const { id } of scopes) {
      const code = await deployment.verdict(secret, { scopes: [id] })
      expect(code, id).toBe(id === 'models:run' ? 'VALID' : 'INSUFFICIENT_SCOPE')
    }
  })

  test('a scope that does not exist and a date that is past are refused at their fields', async () => {
    const organization = await deployment.newCustomer()
    expect(await organization.refusal('POST', '/keys', { name: 'x', scopes: ['models:fly'] })).toMatchObject({
      status: 400,
      code: 'UNKNOWN_SCOPE',
      details: { scopes: ['models:fly'] },
    })
    const expired = { name: 'x', expiresAt: '2020-01-01T00:00:00Z' }
    expect(await organization.refusal('POST', '/keys', expired)).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      details: { expiresAt: [expect.any(String)] },
    })
    expect((await organization.list()).items).toEqual([])
  })

  test('a key with a date stops working by itself at that very moment', async () => {
    const timed = await startTimedDeployment('vilvik')
    const organization = await timed.deployment.newCustomer()
    const expiresAt = new Date(timed.clock.now() + DAY_MS).toISOString()
    const { key, secret } = await organization.create({ name: 'for a day', expiresAt })
    timed.clock.advance(DAY_MS - 1)
    expect((await timed.deployment.asHolder(secret)).status).toBe(200)
    timed.clock.advance(1)
    expect((await timed.deployment.asHolder(secret)).status).toBe(401)
    expect(await timed.deployment.verdict(secret)).toBe('EXPIRED')
    expect(await organization.key(key.id)).toMatchObject({ status: 'expired' })
  })
})

describe('V2: the secret', () => {
  test('starts with vlk_ and is in the answer that created it and nowhere else', async () => {
    const organization = await deployment.newCustomer()
    const answer = await deployment.send<{ secret: string; key: { id: string; prefix: string } }>(
      `/v1/organizations/${organization.id}/keys`,
      { method: 'POST', body: { name: 'ci-runner' } },
    )
    const { key, secret } = answer.body
    expect(secret).toMatch(/^vlk_[0-9A-Za-z]{46}$/)
    expect(answer.headers['cache-control']).toBe('no-store')
    const hidden = secret.slice(key.prefix.length)
    const later = [await organization.key(key.id), await organization.list(), await organization.log()]
    expect(JSON.stringify(later)).not.toContain(hidden)
  })

  test('whoever closed the page without copying rotates, and has a secret that works', async () => {
    const organization = await deployment.newCustomer()
    const { key } = await organization.create({ name: 'closed too early', scopes: ['jobs:read'] })
    const rotated = await organization.rotate(key.id)
    expect(rotated.secret).toMatch(/^vlk_/)
    expect(rotated.key.id).toBe(key.id)
    expect(await deployment.verdict(rotated.secret, { scopes: ['jobs:read'] })).toBe('VALID')
  })
})

describe('V3: the sample request', () => {
  test('is a curl command with the new key in it that works when it is pasted into a terminal', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret, sampleRequest } = await organization.create({ name: 'smoke test', scopes: ['models:read'] })
    expect(sampleRequest).toMatch(/^curl /)
    expect(sampleRequest).toContain(secret)
    const outcome = await runInShell(sampleRequest)
    expect(outcome.code, outcome.stderr).toBe(0)
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      id: key.id,
      name: 'smoke test',
      organizationId: organization.id,
      prefix: key.prefix,
      scopes: ['models:read'],
    })
  })

  test('comes with a rotated secret too, and the one for the old secret is refused', async () => {
    const organization = await deployment.newCustomer()
    const first = await organization.create({ name: 'smoke test' })
    const second = await organization.rotate(first.key.id)
    expect(JSON.parse((await runInShell(second.sampleRequest)).stdout)).toMatchObject({ id: first.key.id })
    expect(JSON.parse((await runInShell(first.sampleRequest)).stdout)).toMatchObject({
      error: { code: 'UNAUTHORIZED' },
    })
  })
})

describe('V4: the list', () => {
  test('shows the first twelve characters of the secret, and the scopes', async () => {
    const organization = await deployment.newCustomer()
    const { secret } = await organization.create({ name: 'ci-runner', scopes: ['models:run', 'jobs:write'] })
    const [listed] = (await organization.list()).items
    expect(listed?.prefix).toBe(secret.slice(0, 12))
    expect(listed?.prefix).toHaveLength(12)
    expect(listed?.scopes).toEqual(['models:run', 'jobs:write'])
  })

  test('shows when a key was last used and from where, within seconds of its use', async () => {
    const organization = await deployment.newCustomer()
    const before = Date.now()
    const told = await organization.create({ name: 'behind the API' })
    const direct = await organization.create({ name: 'asking itself' })
    await deployment.verify(told.secret, { ip: '2001:db8::7' })
    await deployment.asHolder(direct.secret)
    await vi.waitFor(async () => {
      const { items } = await organization.list('?sort=name')
      expect(items.map(({ lastUsedIp }) => lastUsedIp)).toEqual(['127.0.0.1', '2001:db8::7'])
      for (const { lastUsedAt } of items) expect(Date.parse(lastUsedAt ?? '')).toBeGreaterThanOrEqual(before)
    }, 5_000)
  })
})

describe('V5: the audit log of a key', () => {
  test('has every change, newest first, with who made it, when, and from which IP', async () => {
    const organization = await deployment.newCustomer()
    const began = Date.now()
    const { key } = await organization.create({ name: 'ci-runner', scopes: ['models:read'] })
    await organization.create({ name: 'another key' })
    const nightly = organization.through(await deployment.withServiceKey('nightly job', ['keys:read', 'keys:write']))
    await nightly.edit(key.id, { name: 'ci', scopes: ['models:read', 'models:run'] })
    await nightly.rotate(key.id)
    await organization.revoke(key.id, { reason: 'superseded', note: 'see ticket' })
    const events = await organization.log(key.id)
    expect(events.map(({ action, actor }) => [action, actor.name])).toEqual([
      ['key.revoke', 'e2e'],
      ['key.rotate', 'nightly job'],
      ['key.edit', 'nightly job'],
      ['key.create', 'e2e'],
    ])
    for (const { at, actor, target, requestId } of events) {
      expect(Date.parse(at)).toBeGreaterThanOrEqual(began)
      expect(Date.parse(at)).toBeLessThanOrEqual(Date.now())
      expect(actor).toMatchObject({ type: 'service-key', id: expect.stringMatching(/^key_/), ip: '127.0.0.1' })
      expect(target).toMatchObject({ type: 'key', id: key.id })
      expect(requestId).toMatch(/^req_/)
    }
    const [revoked, , edited] = events
    expect(revoked?.changes).toMatchObject({ reason: 'superseded', note: 'see ticket' })
    expect(edited?.changes).toEqual({
      name: { before: 'ci-runner', after: 'ci' },
      scopes: { before: ['models:read'], after: ['models:read', 'models:run'] },
    })
  })

  test('use of the key is no change and makes no entry', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'busy' })
    for (let i = 0; i < 5; i++) await deployment.verify(secret)
    expect(await organization.log(key.id)).toHaveLength(1)
    expect((await organization.key(key.id)).version).toBe(1)
  })
})

describe('V6: rotating', () => {
  test('gives a new secret, ends the old one at once, and leaves scopes and all else as they were', async () => {
    const organization = await deployment.newCustomer()
    const input = { name: 'leaky', description: 'x', scopes: ['jobs:*'], expiresAt: '2099-01-01T00:00:00.000Z' }
    const { key, secret } = await organization.create(input)
    expect((await deployment.asHolder(secret)).status).toBe(200)
    const rotated = await organization.rotate(key.id)
    expect((await deployment.asHolder(secret)).status).toBe(401)
    expect(await deployment.verdict(secret)).toBe('ROTATED')
    expect((await deployment.asHolder(rotated.secret)).status).toBe(200)
    expect(rotated.secret).not.toBe(secret)
    expect(rotated.key).toMatchObject({ ...input, id: key.id, status: 'active', previousSecret: null })
    expect(rotated.key.prefix).toBe(rotated.secret.slice(0, 12))
  })
})

describe('V7: editing the scopes of a key', () => {
  test('widens and narrows what it may do from the next request on, under the same secret', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'ci', scopes: ['models:read'] })
    const mayRun = () => deployment.verdict(secret, { scopes: ['models:run'] })
    expect(await mayRun()).toBe('INSUFFICIENT_SCOPE')
    await organization.edit(key.id, { scopes: ['models:read', 'models:run'] })
    expect(await mayRun()).toBe('VALID')
    const narrowed = await organization.edit(key.id, { scopes: ['models:read'] })
    expect(await mayRun()).toBe('INSUFFICIENT_SCOPE')
    expect(narrowed.key).toMatchObject({ prefix: key.prefix, scopes: ['models:read'], rotatedAt: null })
  })
})

describe('V8: revoking', () => {
  test('answers 401 to every request from then on', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'done' })
    expect((await deployment.asHolder(secret)).status).toBe(200)
    expect((await organization.revoke(key.id)).key.status).toBe('revoked')
    for (const header of ['authorization', 'x-api-key', 'authorization'] as const) {
      const answer = await deployment.asHolder(secret, header)
      expect(answer.status).toBe(401)
      expect(answer.body.error.code).toBe('UNAUTHORIZED')
    }
    expect(await deployment.verdict(secret)).toBe('REVOKED')
  })

  test('cannot be undone by anything the server offers', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'done' })
    await organization.revoke(key.id)
    const attempts: [string, string, unknown?][] = [
      ['POST', '/enable'],
      ['POST', '/rotate'],
      ['POST', '/approve'],
      ['POST', '/rotation/cancel'],
      ['PATCH', '', { expiresAt: null }],
    ]
    for (const [method, path, body] of attempts) {
      const refusal = await organization.refusal(method, `/keys/${key.id}${path}`, body)
      expect(refusal, `${method} ${path}`).toMatchObject({ status: 409, code: 'KEY_REVOKED' })
    }
    for (const body of [{ status: 'active' }, { revokedAt: null }]) {
      expect((await organization.refusal('PATCH', `/keys/${key.id}`, body)).status).toBe(400)
    }
    expect(await deployment.verdict(secret)).toBe('REVOKED')
  })

  test('twice is a success that changes nothing the second time', async () => {
    const organization = await deployment.newCustomer()
    const { key } = await organization.create({ name: 'done' })
    const [first, second] = [await organization.revoke(key.id), await organization.revoke(key.id)]
    expect(second.key).toEqual(first.key)
    expect((await organization.log(key.id)).map(({ action }) => action)).toEqual(['key.revoke', 'key.create'])
  })
})

describe('V9: how many keys an account can have', () => {
  const fill = async (count: number, plan?: string) => {
    const organization = await deployment.newCustomer(plan)
    const keys = []
    for (let i = 1; i <= count; i++) keys.push(await organization.create({ name: `key ${i}` }))
    return { organization, keys }
  }

  test('a free account has room for a few active keys, the next one is a conflict that names the cap', async () => {
    const { organization } = await fill(3)
    expect((await organization.catalog()).plan).toMatchObject({ id: 'free', maxKeys: 3 })
    expect(await organization.refusal('POST', '/keys', { name: 'one more' })).toMatchObject({
      status: 409,
      code: 'KEY_LIMIT_REACHED',
      details: { maxKeys: 3, activeKeys: 3 },
    })
    expect((await organization.list()).counts.active).toBe(3)
  })

  test('ten requests for the last place make one key', async () => {
    const { organization } = await fill(2)
    const path = `/v1/organizations/${organization.id}/keys`
    const backends = await Promise.all(
      Array.from({ length: 10 }, (_, i) => deployment.withServiceKey(`backend ${i}`, ['keys:write'])),
    )
    const answers = await Promise.all(
      backends.map((backend) => backend.send(path, { method: 'POST', body: { name: 'last place' } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    expect((await organization.list()).counts.active).toBe(3)
  })

  test('a revoked key makes room; a disabled one does not', async () => {
    const { organization, keys } = await fill(3)
    const [first, second] = keys.map(({ key }) => key.id)
    await deployment.call('POST', `/v1/organizations/${organization.id}/keys/${first}/disable`)
    expect((await organization.refusal('POST', '/keys', { name: 'one more' })).code).toBe('KEY_LIMIT_REACHED')
    await organization.revoke(second ?? '')
    await organization.create({ name: 'one more' })
  })

  test('a premium account keeps more, from the moment its plan changes', async () => {
    const { organization } = await fill(3)
    expect((await organization.change({ plan: 'premium' })).plan).toBe('premium')
    expect((await organization.catalog()).plan).toMatchObject({ id: 'premium', maxKeys: 50 })
    for (let i = 4; i <= 50; i++) await organization.create({ name: `key ${i}` })
    expect((await organization.refusal('POST', '/keys', { name: 'key 51' })).code).toBe('KEY_LIMIT_REACHED')
  })

  test('an account that goes back to free keeps every key, and only gets no new one', async () => {
    const { organization, keys } = await fill(5, 'premium')
    await organization.change({ plan: 'free' })
    for (const { secret } of keys) expect(await deployment.verdict(secret)).toBe('VALID')
    expect((await organization.list()).counts.active).toBe(5)
    expect(await organization.refusal('POST', '/keys', { name: 'one more' })).toMatchObject({
      code: 'KEY_LIMIT_REACHED',
      details: { maxKeys: 3, activeKeys: 5 },
    })
    await organization.edit(keys[0]?.key.id ?? '', { name: 'renamed' })
    await organization.rotate(keys[1]?.key.id ?? '')
  })

  test('old, unused keys are not removed, however long nobody uses them', async () => {
    const timed = await startTimedDeployment('vilvik')
    const organization = await timed.deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'forgotten' })
    timed.clock.advance(3 * 365 * DAY_MS)
    expect(await organization.key(key.id)).toMatchObject({ status: 'active' })
    expect((await timed.deployment.asHolder(secret)).status).toBe(200)
  })
})
