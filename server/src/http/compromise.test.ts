import { AppError } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { startWithPeople } from './people.fixture.ts'
import { HOUR, startWithUsedKey } from './used-key.fixture.ts'

describe('how far it has got', () => {
  test('is told of a revoked key that was replaced, and after it was deleted', async () => {
    const { call, base, of, key, get, now } = await startWithUsedKey()
    const start = { key: { id: key.id, prefix: key.prefix }, stopped: null, replacement: null, notified: null }
    expect(await get(`${of}/compromised`)).toMatchObject({ ...start, mail: false })
    const stoppedAt = now()
    await call('POST', `${of}/revoke`, { body: { reason: 'compromised' } })
    const made = await call('POST', `${base}/keys`, { body: { name: 'second', replaces: key.id } })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(made.body.key).not.toHaveProperty('replaces')
    const replacement = { id: made.body.key.id, name: 'second', at: stoppedAt }
    expect(await get(`${of}/compromised`)).toMatchObject({
      stopped: { how: 'revoked', at: stoppedAt, by: expect.any(String) },
      replacement,
    })
    await call('DELETE', of)
    const after = await get(`${of}/compromised`)
    expect(after).toMatchObject({ stopped: { how: 'deleted' }, replacement })
    expect(after.key).toMatchObject({ id: key.id, prefix: key.prefix, name: expect.stringMatching(/./) })
    expect(after.key.name).not.toBe(key.id)
  })

  test('tells a rotation for this reason from any other, and not before its overlap is over', async () => {
    const { call, of, get, now } = await startWithUsedKey()
    const stopped = async () => (await get(`${of}/compromised`)).stopped
    await call('POST', `${of}/rotate`)
    expect(await stopped()).toBeNull()
    await call('POST', `${of}/rotate`, { body: { graceSeconds: 60, reason: 'compromised' } })
    expect(await stopped()).toBeNull()
    await call('POST', `${of}/rotation/finish`)
    expect(await stopped()).toMatchObject({ how: 'rotated', at: now() })
    await call('POST', `${of}/rotate`)
    expect(await stopped()).toMatchObject({ how: 'rotated' })
    expect((await call('POST', `${of}/rotate`, { body: { reason: 'other' } })).status).toBe(400)
  })

  test('is nobody’s who may not see the key', async () => {
    const { call, of, key, newServiceKey } = await startWithUsedKey()
    const other = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
    const bound = await newServiceKey(['audit:read', 'keys:write'], other)
    for (const [method, path] of [
      ['GET', '/compromised'],
      ['POST', '/compromised/notify'],
    ] as const) {
      expect((await call(method, `${of}${path}`, { key: bound })).status).toBe(404)
      expect((await call(method, `/v1/organizations/${other}/keys/${key.id}${path}`)).status).toBe(404)
      expect((await call(method, `/v1/organizations/${other}/keys/key_nobody${path}`)).status).toBe(404)
    }
  })
})

describe('all of it at once', () => {
  const FIELDS = {
    environment: 'production',
    scopes: ['records:read'],
    allowedIps: ['203.0.113.0/24'],
    rateLimit: { limit: 5, windowSeconds: 60 },
    credits: { remaining: 7, refill: null },
    metadata: { team: 'data' },
    tags: ['ci'],
    description: 'For the pipeline',
  }

  async function startWithLeak(fields: object = FIELDS) {
    const server = await startWithUsedKey()
    const made = (await server.call('POST', `${server.base}/keys`, { body: { name: 'leaked', ...fields } })).body
    const leak = `${server.base}/keys/${made.key.id}`
    const verdict = async (key: string) =>
      (await server.call('POST', '/v1/keys/verify', { body: { key, ip: '203.0.113.9' } })).body.code
    return {
      ...server,
      leaked: made,
      leak,
      verdict,
      end: (body?: object) => server.call('POST', `${leak}/compromised`, body ? { body } : {}),
    }
  }

  test('revokes the key, makes one with the same rights, and says who used it', async () => {
    const { leaked, verdict, end, leak, get } = await startWithLeak()
    expect(await verdict(leaked.secret)).toBe('VALID')
    const { status, body } = await end({ note: 'seen in a log' })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.key).toMatchObject({ id: leaked.key.id, status: 'revoked' })
    expect(body.replacement.key).toMatchObject({
      ...FIELDS,
      credits: { remaining: 6 },
      name: 'leaked (replacement)',
      status: 'active',
    })
    expect(body).toMatchObject({ notReplaced: null, report: { items: [{ ip: '203.0.113.9', count: 1 }] } })
    expect(await verdict(leaked.secret)).toBe('REVOKED')
    expect(await verdict(body.replacement.secret)).toBe('VALID')
    expect(body.replacement.sampleRequest).toContain(body.replacement.secret)
    expect(await get(`${leak}/compromised`)).toMatchObject({
      stopped: { how: 'revoked' },
      replacement: { id: body.replacement.key.id },
    })
  })

  test('asked again makes no second replacement, also not ten times at once', async () => {
    const { end } = await startWithLeak()
    const answers = await Promise.all(Array.from({ length: 10 }, () => end()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.replacement.key.id)).size).toBe(1)
    expect(answers.filter(({ body }) => body.replacement.secret !== null)).toHaveLength(1)
  })

  test('replaces no key that let nobody in', async () => {
    const { end, call, leak } = await startWithLeak()
    await call('POST', `${leak}/disable`)
    expect((await end()).body).toMatchObject({ key: { status: 'revoked' }, replacement: null, notReplaced: null })
    const other = await startWithLeak()
    await other.call('POST', `${other.leak}/revoke`, { body: { reason: 'superseded' } })
    expect((await other.end()).body).toMatchObject({ replacement: null })
  })

  test('ends the key also where nothing can be made in its place, and says why', async () => {
    const { end, domain, leaked, verdict } = await startWithLeak()
    const { transact } = domain.database
    let changes = 0
    // The plan is full: somebody else took the place that the revocation made free.
    Object.assign(domain.database, {
      transact: (work: Parameters<typeof transact>[0]) => {
        changes++
        return changes === 1 ? transact(work) : Promise.reject(new AppError('KEY_LIMIT_REACHED', 'The plan is full.'))
      },
    })
    const { body } = await end()
    Object.assign(domain.database, { transact })
    expect(body).toMatchObject({ replacement: null, notReplaced: { code: 'KEY_LIMIT_REACHED' } })
    expect(await verdict(leaked.secret)).toBe('REVOKED')
  })
})

test('a key replaces none but one of its own organization', async () => {
  const { call, base, key } = await startWithUsedKey()
  const other = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
  for (const [organization, replaces] of [
    [`/v1/organizations/${other}`, key.id],
    [base, 'key_nobody'],
  ]) {
    const { status, body } = await call('POST', `${organization}/keys`, { body: { name: 'x', replaces } })
    expect([status, body.error.code]).toEqual([400, 'VALIDATION_FAILED'])
    expect(Object.keys(body.error.details)).toEqual(['replaces'])
  }
})

describe('telling the team', () => {
  async function start() {
    const server = await startWithPeople({ mail: true })
    const { organization, addMember } = server
    return { server, organization, addMember }
  }

  test('reaches owners and admins once an hour for each key, and is in the log', async () => {
    const { server, addMember } = await start()
    const { call, base, clock, database } = server
    const dora = await addMember('Dora', 'developer')
    await addMember('Ann', 'admin')
    await addMember('Vic', 'viewer')
    const { key } = (await dora.call('POST', `${base}/keys`, { body: { name: 'leaked', scopes: ['*'] } })).body
    const notify = () => dora.call('POST', `${base}/keys/${key.id}/compromised/notify`)
    const told = async () =>
      (await database.takeDueMails(clock.now(), clock.now(), 100)).map(({ recipient }) => recipient)
    const first = await notify()
    expect(first.status, JSON.stringify(first.body)).toBe(200)
    const recipients = await told()
    expect(first.body.notified).toBe(recipients.length)
    expect(recipients).toHaveLength(new Set(recipients).size)
    expect(recipients.join()).toMatch(/ann/i)
    expect(recipients.join()).not.toMatch(/dora|vic/i)
    const again = await notify()
    expect([again.status, again.body.error.code]).toEqual([429, 'RATE_LIMITED'])
    expect(again.body.error.details.retryAfterSeconds).toBe(3_600)
    const { items } = (await call('GET', `${base}/keys/${key.id}/audit?action=key.notify`)).body
    expect(items).toMatchObject([{ actor: { name: 'Dora' }, changes: { recipients: recipients.length } }])
    const state = (await dora.call('GET', `${base}/keys/${key.id}/compromised`)).body
    expect(state).toMatchObject({ mail: true, notified: { by: 'Dora' } })
    clock.advance(HOUR)
    expect((await notify()).status).toBe(200)
  })

  test('cannot be used to flood: one person causes five such mails an hour, whatever the key', async () => {
    const { server, addMember } = await start()
    const { base } = server
    const dora = await addMember('Dora', 'developer')
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) {
      const { key } = (await dora.call('POST', `${base}/keys`, { body: { name: `k${i}`, scopes: ['*'] } })).body
      statuses.push((await dora.call('POST', `${base}/keys/${key.id}/compromised/notify`)).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
  })

  test('is of no use where no mail is sent, and says so; revoking for this reason tells by itself', async () => {
    const { call, of, get } = await startWithUsedKey()
    for (let i = 0; i < 2; i++) expect((await call('POST', `${of}/compromised/notify`)).body.notified).toBe(0)
    expect((await call('POST', `${of}/compromised/notify`, { body: { to: 'all@example.com' } })).status).toBe(400)
    expect((await get(`${of}/compromised`)).notified).toBeNull()
    const { server, addMember } = await start()
    const dora = await addMember('Dora', 'developer')
    const { key } = (await dora.call('POST', `${server.base}/keys`, { body: { name: 'k', scopes: ['*'] } })).body
    await dora.call('POST', `${server.base}/keys/${key.id}/revoke`, { body: { reason: 'compromised' } })
    const state = (await dora.call('GET', `${server.base}/keys/${key.id}/compromised`)).body
    expect(state).toMatchObject({ stopped: { how: 'revoked', by: 'Dora' }, notified: { by: 'Dora' } })
  })
})
