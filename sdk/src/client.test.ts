import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { composeCommand } from '../../server/src/commands.ts'
import { readConfig } from '../../server/src/config.ts'
import { compose } from '../../server/src/main.ts'
import { type ApiKey, type Client, createClient } from './index.ts'

let claviger: Client
let url: string
let serviceKey: string
let readerKey: string
let close: (() => Promise<void>) | undefined

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'claviger-sdk-'))
  const config = readConfig({ dataDir, port: '0', logLevel: 'silent' }, {})
  const server = await compose(config)
  url = await server.listen()
  const command = await composeCommand(config)
  serviceKey = (await command.issueServiceKey({ name: 'tests' })).value.secret?.reveal() ?? ''
  readerKey = (await command.issueServiceKey({ name: 'reader', scopes: ['keys:read'] })).value.secret?.reveal() ?? ''
  await command.close()
  claviger = createClient({ url, key: serviceKey })
  close = async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  }
})

afterAll(() => close?.())

const printed = (value: unknown) => inspect(value, { depth: 10, showHidden: true })

async function newOrganization(plan = 'premium'): Promise<string> {
  return (await claviger.organizations.create({ name: 'Test & Söhne', plan })).organization.id
}

describe('organizations', () => {
  test('one that is created can be got', async () => {
    const { organization, receipt } = await claviger.organizations.create({
      name: 'Acme',
      externalId: 'acme-1',
      plan: 'premium',
    })
    expect(organization).toMatchObject({ name: 'Acme', externalId: 'acme-1', plan: 'premium' })
    expect(receipt).toMatchObject({ effectiveAt: expect.any(String), verifiers: 1 })
    expect(await claviger.organizations.get(organization.id)).toEqual(organization)
  })

  test('are on plans that can be listed', async () => {
    await newOrganization('premium')
    const { items, gone } = await claviger.organizations.plans()
    expect(items.find(({ id }) => id === 'premium')?.organizations).toBeGreaterThan(0)
    expect(gone).toEqual([])
  })

  test('pages are followed to the last one, and every item comes once', async () => {
    const made = [await newOrganization(), await newOrganization(), await newOrganization()]
    const { items, nextCursor } = await claviger.organizations.list({ limit: 1 })
    expect(items.map(({ id }) => id)).toEqual([made[2]])
    const second = await claviger.organizations.list({ limit: 1, ...(nextCursor !== null && { cursor: nextCursor }) })
    expect(second.items.map(({ id }) => id)).toEqual([made[1]])

    const seen: string[] = []
    for await (const { id } of claviger.organizations.all({ limit: 2 })) seen.push(id)
    expect(seen.slice(0, 3)).toEqual(made.toReversed())
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('an unknown one is NOT_FOUND with the request id of the answer', async () => {
    await expect(claviger.organizations.get('org_0')).rejects.toMatchObject({
      name: 'ClavigerError',
      code: 'NOT_FOUND',
      status: 404,
      requestId: expect.stringMatching(/^req_/),
    })
  })

  test('a refused field is named in the details', async () => {
    await expect(claviger.organizations.create({ name: '' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      status: 400,
      details: { name: expect.any(Array) },
    })
  })
})

describe('keys', () => {
  test('a key goes through its life: created, verified, rotated, revoked, deleted', async () => {
    const organizationId = await newOrganization()
    const created = await claviger.keys.create(organizationId, {
      name: 'ci',
      environment: 'production',
      scopes: ['records:read'],
      metadata: { team: 'infra' },
    })
    expect(created.secret).toMatch(/^acme_live_[0-9A-Za-z]{46}$/)
    expect(created.sampleRequest).toContain(url)
    const { id } = created.key
    expect(await claviger.keys.get(organizationId, id)).toEqual(created.key)

    const question = { key: created.secret ?? '', scopes: ['records:read'], organizationId }
    expect(await claviger.keys.verify(question)).toMatchObject({
      valid: true,
      code: 'VALID',
      key: { id, metadata: { team: 'infra' } },
    })

    const rotated = await claviger.keys.rotate(organizationId, id)
    expect(rotated.secret).not.toBe(created.secret)
    expect(await claviger.keys.verify(question)).toMatchObject({ valid: false, code: 'ROTATED' })

    const revoked = await claviger.keys.revoke(organizationId, id, { reason: 'compromised', note: 'seen in a log' })
    expect(revoked.key.status).toBe('revoked')
    expect(await claviger.keys.verify({ key: rotated.secret ?? '' })).toMatchObject({ valid: false, code: 'REVOKED' })

    expect(await claviger.keys.delete(organizationId, id)).toMatchObject({ receipt: { verifiers: 1 } })
    await expect(claviger.keys.get(organizationId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await claviger.keys.verify({ key: rotated.secret ?? '' })).toMatchObject({ valid: false, code: 'UNKNOWN' })
  })

  test('a rotation can leave the old secret a while', async () => {
    const organizationId = await newOrganization()
    const { key, secret } = await claviger.keys.create(organizationId, { name: 'ci' })
    const rotated = await claviger.keys.rotate(organizationId, key.id, { graceSeconds: 60 })
    expect(rotated.key.previousSecret).toMatchObject({ prefix: key.prefix })
    expect(await claviger.keys.verify({ key: secret ?? '' })).toMatchObject({ valid: true })
  })

  test('revoking needs no reason', async () => {
    const organizationId = await newOrganization()
    const { key } = await claviger.keys.create(organizationId, { name: 'ci' })
    expect((await claviger.keys.revoke(organizationId, key.id)).key.status).toBe('revoked')
  })

  test('an active key is not deleted, not even when that is confirmed', async () => {
    const organizationId = await newOrganization()
    const { key } = await claviger.keys.create(organizationId, { name: 'ci' })
    const attempt = claviger.keys.delete(organizationId, key.id, { confirm: 'in-use' })
    await expect(attempt).rejects.toMatchObject({ code: 'KEY_NOT_REVOKED', status: 409 })
  })

  test('lists are of one organization, page after page', async () => {
    const organizationId = await newOrganization()
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) await claviger.keys.create(organizationId, { name })
    await claviger.keys.create(await newOrganization(), { name: 'elsewhere' })

    const { items, counts } = await claviger.keys.list(organizationId)
    expect(items).toHaveLength(5)
    expect(counts).toMatchObject({ active: 5, revoked: 0 })
    const seen: ApiKey[] = []
    for await (const key of claviger.keys.all(organizationId, { limit: 2 })) seen.push(key)
    expect(seen.map(({ name }) => name)).toEqual(names.toReversed())
  })

  test('an iteration can begin in the middle', async () => {
    const organizationId = await newOrganization()
    for (const name of ['a', 'b', 'c']) await claviger.keys.create(organizationId, { name })
    const { nextCursor } = await claviger.keys.list(organizationId, { limit: 1 })
    const rest: string[] = []
    for await (const { name } of claviger.keys.all(organizationId, { cursor: nextCursor ?? '', limit: 1 }))
      rest.push(name)
    expect(rest).toEqual(['b', 'a'])
  })

  test('a holder sees its own key, and a service key is no holder', async () => {
    const { key, secret } = await claviger.keys.create(await newOrganization(), { name: 'mine', scopes: ['files:*'] })
    const self = await createClient({ url, key: secret ?? '' }).keys.self()
    expect(self).toMatchObject({ id: key.id, prefix: key.prefix, scopes: ['files:*'] })
    expect(self).not.toHaveProperty('metadata')
    await expect(claviger.keys.self()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('what a service key does not hold is FORBIDDEN', async () => {
    const reader = createClient({ url, key: readerKey })
    const organizationId = await newOrganization()
    expect((await reader.keys.list(organizationId)).items).toEqual([])
    await expect(reader.keys.create(organizationId, { name: 'ci' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      status: 403,
    })
  })
})

describe('usage', () => {
  test('tells how often a key was used, by whom, and what was refused', async () => {
    const organizationId = await newOrganization()
    const { key, secret } = await claviger.keys.create(organizationId, { name: 'ci' })
    const client = { name: 'exporter', userAgent: 'exporter/1' }
    await claviger.keys.verify({ key: secret ?? '', ip: '192.0.2.1', client })
    const refused = await claviger.keys.verify({ key: secret ?? '', organizationId: 'org_other' })

    const counts = { VALID: 1, ORGANIZATION_MISMATCH: 1 }
    expect((await claviger.keys.usage(organizationId, key.id)).totals).toEqual(counts)
    const from = new Date(Date.now() - 86_400_000).toISOString()
    const { bucket, items } = await claviger.organizations.usage(organizationId, { from, bucket: 'day' })
    expect([bucket, items.at(-1)?.counts]).toEqual(['day', counts])
    const unused = (await claviger.keys.create(organizationId, { name: 'unused' })).key.id
    const byKey = await claviger.organizations.usageByKey(organizationId, [unused, 'key_gone', key.id], { from })
    expect(byKey).toMatchObject({
      bucket: 'day',
      items: [
        { keyId: unused, totals: {} },
        { keyId: key.id, totals: counts },
      ],
    })
    expect((await claviger.keys.callers(organizationId, key.id)).items).toContainEqual(
      expect.objectContaining({ ip: '192.0.2.1', client: 'exporter', lastCode: 'VALID', secret: 'current' }),
    )
    expect(await claviger.keys.removalCheck(organizationId, key.id)).toMatchObject({
      verdict: 'in-use',
      requests: { hour: 1 },
    })
    const denials = await claviger.organizations.denials(organizationId, { requestId: refused.requestId, key: key.id })
    expect(denials.items).toMatchObject([{ code: 'ORGANIZATION_MISMATCH', keyId: key.id }])
  })
})

describe('health', () => {
  test('both probes answer, whoever asks', async () => {
    const stranger = createClient({ url, key: 'nobody' })
    expect(await stranger.health.live()).toEqual({ status: 'ok' })
    expect(await stranger.health.ready()).toEqual({ status: 'ok' })
  })
})

describe('the credential', () => {
  test('of a stranger is UNAUTHORIZED, and is in no part of the error', async () => {
    const key = `clv_${'x'.repeat(46)}`
    const error = await createClient({ url, key })
      .organizations.list()
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
    expect(printed(error)).not.toContain(key)
  })

  test('is not in the client as it is printed', () => {
    expect(printed(claviger)).not.toContain(serviceKey)
  })

  test('a secret given for an id is refused before it is sent', async () => {
    const { secret } = await claviger.keys.create(await newOrganization(), { name: 'ci' })
    for (const call of [
      claviger.keys.get('org_0', secret ?? ''),
      claviger.organizations.usageByKey('org_0', ['key_0', secret ?? '']),
    ]) {
      const error = await call.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(TypeError)
      expect(printed(error)).not.toContain(secret)
    }
  })
})
