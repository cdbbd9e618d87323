import type { ErrorEnvelope } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import {
  type Customer,
  type Refusal,
  refusalOf,
  startDeployment,
  startTimedDeployment,
  towardHolder,
} from './deployment.fixture.ts'

const deployment = await startDeployment('visitly')

const LOBBY = { site: 'lobby-1' }
const WAREHOUSE = { site: 'warehouse' }

describe('S1: the actions of a row', () => {
  test('carry the words of the document', async () => {
    const { words } = await (await deployment.newCustomer()).catalog()
    expect(words).toMatchObject({
      details: 'View Details',
      edit: 'Edit Key',
      rotate: 'Rotate Key',
      revoke: 'Revoke Key',
      delete: 'Delete Key',
    })
  })
})

describe('S2: the details of a key', () => {
  test('are its name, scope, assigned sites, status and creation date', async () => {
    const organization = await deployment.newCustomer()
    const { key } = await organization.create({
      name: 'Front desk',
      accessLevel: 'read-write',
      resources: { site: ['lobby-1', 'lobby-2'] },
    })
    expect(await organization.key(key.id)).toMatchObject({
      name: 'Front desk',
      accessLevel: 'read-write',
      scopes: ['visitors:*', 'visits:*'],
      resources: { site: ['lobby-1', 'lobby-2'] },
      status: 'active',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      lastUsedAt: null,
    })
  })
})

describe('S3: editing a key', () => {
  test('changes name, access level and sites while its value stays and integrations go on working', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'Kiosk', accessLevel: 'read' })
    expect((await deployment.asHolder(secret)).status).toBe(200)
    const edits = [{ name: 'Kiosk, lobby' }, { accessLevel: 'read-write' }, { resources: { site: ['lobby-1'] } }]
    for (const patch of edits) {
      const edited = await organization.edit(key.id, patch)
      expect(edited.key).toMatchObject({ ...patch, prefix: key.prefix, rotatedAt: null })
      expect(edited).not.toHaveProperty('secret')
      expect((await deployment.asHolder(secret)).status).toBe(200)
    }
    const asked = { scopes: ['visitors:write'], resources: LOBBY }
    expect(await deployment.verify(secret, asked)).toMatchObject({ valid: true, key: { name: 'Kiosk, lobby' } })
  })

  test('counts from the very next request on, also for what it takes away, and can be reversed', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'Kiosk', accessLevel: 'read-write' })
    const mayWrite = (resources: Record<string, string>) =>
      deployment.verdict(secret, { scopes: ['visitors:write'], resources })
    expect(await mayWrite(WAREHOUSE)).toBe('VALID')
    await organization.edit(key.id, { resources: { site: ['lobby-1'] } })
    expect(await mayWrite(WAREHOUSE)).toBe('RESOURCE_DENIED')
    await organization.edit(key.id, { accessLevel: 'read' })
    expect(await mayWrite(LOBBY)).toBe('INSUFFICIENT_SCOPE')
    await organization.edit(key.id, { accessLevel: 'read-write', resources: null })
    expect(await mayWrite(WAREHOUSE)).toBe('VALID')
  })
})

describe('S4: rotating a key', () => {
  test('keeps name, scope and sites, shows the new value once, and the old one is dead immediately', async () => {
    const organization = await deployment.newCustomer()
    const input = { name: 'Badge printer', accessLevel: 'read', resources: { site: ['lobby-1'] } }
    const { key, secret } = await organization.create(input)
    expect((await deployment.asHolder(secret)).status).toBe(200)
    const rotated = await organization.rotate(key.id)
    expect((await deployment.asHolder(secret)).status).toBe(401)
    expect((await deployment.asHolder(rotated.secret)).status).toBe(200)
    expect(rotated.key).toMatchObject({ ...input, id: key.id, scopes: key.scopes, status: 'active' })
    expect(rotated.key.rotatedAt).not.toBeNull()
    const later = [await organization.key(key.id), await organization.list(), await organization.log()]
    expect(JSON.stringify(later)).not.toContain(rotated.secret.slice(rotated.key.prefix.length))
  })
})

describe('S5: revoking a key', () => {
  test('sets its status, answers its requests with 401, and moves it under the Revoked filter', async () => {
    const organization = await deployment.newCustomer()
    await organization.create({ name: 'kept', accessLevel: 'read' })
    const { key, secret } = await organization.create({ name: 'suspected', accessLevel: 'read' })
    expect((await deployment.asHolder(secret)).status).toBe(200)
    const revoked = await organization.revoke(key.id, { reason: 'compromised' })
    expect(revoked.key).toMatchObject({ status: 'revoked', revokedAt: expect.any(String) })
    expect(revoked.receipt).toEqual({ effectiveAt: expect.any(String), verifiers: 1 })
    expect((await deployment.asHolder(secret)).status).toBe(401)
    expect(await organization.names('?status=revoked')).toEqual(['suspected'])
    expect(await organization.names('?status=active')).toEqual(['kept'])
    expect((await organization.list('?status=revoked')).counts).toMatchObject({ active: 1, revoked: 1 })
  })

  test('whoever wants it back later disables it instead, and enables it again', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'on holiday', accessLevel: 'read' })
    const path = `/v1/organizations/${organization.id}/keys/${key.id}`
    await deployment.call('POST', `${path}/disable`)
    expect((await deployment.asHolder(secret)).status).toBe(401)
    await deployment.call('POST', `${path}/enable`)
    expect((await deployment.asHolder(secret)).status).toBe(200)
  })
})

describe('S6: deleting a key', () => {
  test('an active or disabled key is a conflict, stays, and goes on as it was', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'in production', accessLevel: 'read' })
    for (const query of ['', '?confirm=in-use']) {
      expect(await organization.refusal('DELETE', `/keys/${key.id}${query}`)).toMatchObject({
        status: 409,
        code: 'KEY_NOT_REVOKED',
      })
    }
    expect((await deployment.asHolder(secret)).status).toBe(200)
    await deployment.call('POST', `/v1/organizations/${organization.id}/keys/${key.id}/disable`)
    expect((await organization.refusal('DELETE', `/keys/${key.id}`)).code).toBe('KEY_NOT_REVOKED')
  })

  test('a revoked one is gone at once and for good, without a second question', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'done', accessLevel: 'read' })
    await deployment.verify(secret)
    await organization.revoke(key.id)
    await organization.remove(key.id)
    expect(await organization.names('?status=revoked')).toEqual([])
    expect(await organization.refusal('GET', `/keys/${key.id}`)).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    expect(await organization.refusal('DELETE', `/keys/${key.id}`)).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    expect((await deployment.asHolder(secret)).status).toBe(401)
  })
})

describe('S7: errors', () => {
  const create = (organization: Customer, body: object) => organization.refusal('POST', '/keys', body)
  const holder = async (secret: string | null) => refusalOf(await deployment.asHolder(secret))

  test('400 for a missing field, a wrong value, a wrong scope format and broken JSON, each named', async () => {
    const organization = await deployment.newCustomer()
    const cases: [object, string, string][] = [
      [{}, 'VALIDATION_FAILED', 'name'],
      [{ name: 7 }, 'VALIDATION_FAILED', 'name'],
      [{ name: 'x', accessLevel: 'admin' }, 'VALIDATION_FAILED', 'accessLevel'],
      [{ name: 'x', scopes: 'visitors:read' }, 'VALIDATION_FAILED', 'scopes'],
      [{ name: 'x', scopes: ['visitors'] }, 'UNKNOWN_SCOPE', 'scopes'],
      [{ name: 'x', sites: ['lobby-1'] }, 'VALIDATION_FAILED', 'sites'],
      [{ name: 'x', resources: { site: [] } }, 'VALIDATION_FAILED', 'resources.site'],
    ]
    for (const [body, code, field] of cases) {
      const refusal = await create(organization, body)
      expect(refusal, JSON.stringify(body)).toMatchObject({ status: 400, code })
      expect(Object.keys(refusal.details)).toContain(field)
    }
    expect(await create(organization, '{"name": ' as unknown as object)).toMatchObject({
      status: 400,
      code: 'MALFORMED_REQUEST',
    })
    expect((await organization.list()).items).toEqual([])
  })

  test('401 for a missing, an invalid, an expired and a revoked key, and no two of the last three can be told apart', async () => {
    const timed = await startTimedDeployment('visitly')
    const organization = await timed.deployment.newCustomer()
    const revoked = await organization.create({ name: 'revoked', accessLevel: 'read' })
    await organization.revoke(revoked.key.id)
    const expiresAt = new Date(timed.clock.now() + 1_000).toISOString()
    const expired = await organization.create({ name: 'expired', accessLevel: 'read', expiresAt })
    timed.clock.advance(1_000)
    const asked = async (secret: string | null) => refusalOf(await timed.deployment.asHolder(secret))
    expect(await asked(null)).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
    const answers: Refusal[] = []
    for (const secret of ['not-a-key', revoked.secret, expired.secret]) answers.push(await asked(secret))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 401, code: 'UNAUTHORIZED', details: {} })
  })

  test('403 for a key that is not allowed what it asks', async () => {
    const organization = await deployment.newCustomer()
    const { secret } = await organization.create({ name: 'elsewhere', allowedIps: ['203.0.113.0/24'] })
    expect(await holder(secret)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const reader = organization.through(await deployment.withServiceKey('reader', ['keys:read']))
    expect(await reader.refusal('POST', '/keys', { name: 'x' })).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  })

  test('404 for a key, an organization and a path that do not exist', async () => {
    const organization = await deployment.newCustomer()
    const { key } = await organization.create({ name: 'x' })
    const elsewhere = await deployment.newCustomer()
    for (const path of [`/keys/${key.id.slice(0, -4)}0000`, '/keys/no-id', '/nothing']) {
      expect(await organization.refusal('GET', path), path).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    }
    expect(await elsewhere.refusal('GET', `/keys/${key.id}`)).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })

  test('409 for what the state of a key does not allow', async () => {
    const organization = await deployment.newCustomer()
    const { key } = await organization.create({ name: 'x' })
    expect(await organization.refusal('DELETE', `/keys/${key.id}`)).toMatchObject({ status: 409 })
    await organization.revoke(key.id)
    expect(await organization.refusal('PATCH', `/keys/${key.id}`, { name: 'y' })).toMatchObject({
      status: 409,
      code: 'KEY_REVOKED',
    })
  })

  test('429 for a key beyond its limit', async () => {
    const rateLimit = { limit: 1, windowSeconds: 3_600 }
    const { secret } = await (await deployment.newCustomer()).create({ name: 'eager', rateLimit })
    expect((await deployment.asHolder(secret)).status).toBe(200)
    expect(await holder(secret)).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
  })
})

describe('S8: the rate limit', () => {
  test('beyond it every request is 429 and says when to come back; a refusal costs nothing', async () => {
    const rateLimit = { limit: 3, windowSeconds: 3_600 }
    const { secret } = await (await deployment.newCustomer()).create({ name: 'eager', rateLimit })
    for (const left of [2, 1, 0]) {
      const { status, headers } = await deployment.asHolder(secret)
      expect(status).toBe(200)
      expect(headers['ratelimit-policy']).toBe('"key";q=3;w=3600')
      expect(headers.ratelimit).toMatch(new RegExp(`^"key";r=${left};t=\\d+$`))
    }
    for (let i = 0; i < 3; i++) {
      const { status, headers } = await deployment.asHolder(secret)
      expect(status).toBe(429)
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(3_600)
    }
    expect(await deployment.verdict(secret)).toBe('RATE_LIMITED')
    expect(towardHolder('RATE_LIMITED')).toBe(429)
  })

  test('a key without a limit of its own has that of the plan, and one key’s use leaves the others alone', async () => {
    const organization = await deployment.newCustomer()
    const eager = await organization.create({ name: 'eager' })
    const other = await organization.create({ name: 'other' })
    expect(eager.key.rateLimit).toEqual({ limit: 600, windowSeconds: 60 })
    expect(await deployment.verify(eager.secret, { cost: 600 })).toMatchObject({
      valid: true,
      rateLimit: { remaining: 0 },
    })
    expect(await deployment.verdict(eager.secret)).toBe('RATE_LIMITED')
    expect(await deployment.verdict(other.secret)).toBe('VALID')
  })

  test('a client that backs off exponentially gets through, and one that waits as long as it is told needs one try', async () => {
    const { deployment: timed, clock } = await startTimedDeployment('visitly')
    const rateLimit = { limit: 2, windowSeconds: 60 }
    const { secret } = await (await timed.newCustomer()).create({ name: 'patient', rateLimit })
    const ask = () => timed.asHolder(secret)
    const spend = async () => {
      for (let i = 0; i < rateLimit.limit; i++) expect((await ask()).status).toBe(200)
    }
    await spend()
    const waits: number[] = []
    for (let seconds = 1; (await ask()).status === 429; seconds *= 2) {
      waits.push(seconds)
      clock.advance(seconds * 1_000)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32])

    clock.advance(60_000)
    await spend()
    const { status, headers } = await ask()
    expect(status).toBe(429)
    clock.advance(Number(headers['retry-after']) * 1_000)
    await spend()
  })
})

describe('S9: access levels and assigned sites', () => {
  const asks = (secret: string, scope: string, resources?: Record<string, string>) =>
    deployment.verdict(secret, { scopes: [scope], ...(resources ? { resources } : {}) })

  test('a Read key reads everything and gets 403 when it tries to create a record', async () => {
    const { secret } = await (await deployment.newCustomer()).create({ name: 'report', accessLevel: 'read' })
    for (const resource of ['visitors', 'visits']) {
      expect(await asks(secret, `${resource}:read`, LOBBY)).toBe('VALID')
      const code = await asks(secret, `${resource}:write`, LOBBY)
      expect(code).toBe('INSUFFICIENT_SCOPE')
      expect(towardHolder(code)).toBe(403)
    }
  })

  test('a Read & Write key does both', async () => {
    const { secret } = await (await deployment.newCustomer()).create({ name: 'kiosk', accessLevel: 'read-write' })
    const { scopes } = await (await deployment.newCustomer()).catalog()
    for (const { id } of scopes) expect(await asks(secret, id, LOBBY), id).toBe('VALID')
  })

  test('a key assigned to one site gets 403 on every other, and on a request that names none', async () => {
    const input = { name: 'lobby', accessLevel: 'read-write', resources: { site: ['lobby-1'] } }
    const { secret } = await (await deployment.newCustomer()).create(input)
    expect(await asks(secret, 'visits:write', LOBBY)).toBe('VALID')
    for (const resources of [WAREHOUSE, { site: 'lobby-10' }, { site: 'LOBBY-1' }, { site: '' }, undefined]) {
      const code = await asks(secret, 'visits:write', resources)
      expect(code, JSON.stringify(resources)).toBe('RESOURCE_DENIED')
      expect(towardHolder(code)).toBe(403)
    }
  })

  test('a key without an assignment serves all sites', async () => {
    const { secret } = await (await deployment.newCustomer()).create({ name: 'all', accessLevel: 'read' })
    for (const resources of [LOBBY, WAREHOUSE]) expect(await asks(secret, 'visits:read', resources)).toBe('VALID')
  })
})

describe('S10: support', () => {
  test('every answer has a request id, an error names it in its body too, and no two are alike', async () => {
    const organization = await deployment.newCustomer()
    const path = `/v1/organizations/${organization.id}`
    const good = await deployment.send(path, {})
    const wrong = await deployment.send<ErrorEnvelope>(`${path}/keys/none`, {})
    const dead = await deployment.asHolder('not-a-key')
    const ids = [good, wrong, dead].map(({ headers }) => String(headers['x-request-id']))
    expect(new Set(ids).size).toBe(3)
    expect([wrong.body.error.requestId, dead.body.error.requestId]).toEqual(ids.slice(1))
  })

  test('a change is found in the organization’s log by the request id of its answer, with the key’s name', async () => {
    const organization = await deployment.newCustomer()
    const answer = await deployment.send(`/v1/organizations/${organization.id}/keys`, {
      method: 'POST',
      body: { name: 'Front desk' },
    })
    const found = (await organization.log()).filter(({ requestId }) => requestId === answer.headers['x-request-id'])
    expect(found).toMatchObject([{ action: 'key.create', target: { name: 'Front desk' } }])
  })
})
