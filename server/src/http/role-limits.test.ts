import type { Environment, Product } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../testing/test-domain.ts'
import { STANDARD } from './organization.fixture.ts'
import { mailsOf, PASSWORD, startWithPeople } from './people.fixture.ts'

const MINUTE = 60_000

const environment = (id: string, more: Partial<Environment> = {}): Environment => ({
  id,
  label: id,
  tag: null,
  rotationDays: null,
  approval: 'none',
  production: false,
  ...more,
})

const PRODUCT: Product = {
  ...STANDARD,
  environments: [
    environment('open'),
    environment('closed'),
    environment('live', { production: true }),
    environment('guarded', { approval: 'admin' }),
  ],
  roles: [{ id: 'developer', scopes: ['records:*', 'files:read'], environments: ['open', 'live', 'guarded'] }],
}

async function start(options = {}) {
  const server = await startWithPeople({ product: PRODUCT, ...options })
  const { base, addMember } = server
  const [adam, dora] = [await addMember('Adam', 'admin'), await addMember('Dora', 'developer')]
  const keys = `${base}/keys`
  const make = (by: typeof dora, input: object) => by.call('POST', keys, { body: { name: 'x', ...input } })
  return { ...server, adam, dora, keys, make }
}

const codeOf = ({ status, body }: Answer) => (status < 300 ? status : body.error.code)

describe('a role with limits', () => {
  test('makes keys within them, and none beyond', async () => {
    const { make, adam, dora, call, base } = await start()
    const [within, wild, beyond, all] = [['records:read'], ['records:*'], ['files:write'], ['*']]
    expect(codeOf(await make(dora, { environment: 'open', scopes: within }))).toBe(201)
    expect(codeOf(await make(dora, { environment: 'open', scopes: wild }))).toBe(201)
    for (const scopes of [beyond, all, ['records:read', 'account:read']]) {
      const { body } = await make(dora, { environment: 'open', scopes })
      expect(body.error).toMatchObject({ code: 'SCOPE_EXCEEDS_GRANTOR', details: { role: 'developer' } })
    }
    expect(codeOf(await make(dora, { environment: 'open', accessLevel: 'full' }))).toBe('SCOPE_EXCEEDS_GRANTOR')
    for (const where of ['closed', null]) {
      const { body } = await make(dora, { environment: where, scopes: within })
      expect(body.error).toMatchObject({ code: 'FORBIDDEN', details: { environment: where, role: 'developer' } })
    }
    expect(codeOf(await make(adam, { environment: 'closed', scopes: all }))).toBe(201)
    const catalog = (await call('GET', `${base}/catalog`)).body
    expect(catalog.roles).toEqual(PRODUCT.roles)
    expect(catalog.environments.filter(({ production }: Environment) => production)).toMatchObject([{ id: 'live' }])
  })

  test('neither widens, rotates, enables nor approves a key that goes beyond, and may narrow and end it', async () => {
    const { make, adam, dora, keys, call, create } = await start()
    const mighty = (await make(adam, { environment: 'open', scopes: ['*'], resources: { project: ['a'] } })).body.key.id
    const own = (await make(dora, { environment: 'open', scopes: ['records:read'], expiresAt: '2030-01-01T00:00:00Z' }))
      .body.key.id
    const edit = async (id: string, body: object) => codeOf(await dora.call('PATCH', `${keys}/${id}`, { body }))
    const does = async (id: string, step: string) => codeOf(await dora.call('POST', `${keys}/${id}/${step}`))
    const refused = 'SCOPE_EXCEEDS_GRANTOR'
    for (const resources of [null, { project: ['a', 'b'] }, { project: null }]) {
      expect(await edit(mighty, { resources }), JSON.stringify(resources)).toBe(refused)
    }
    expect(await edit(mighty, { name: 'renamed', allowedIps: ['203.0.113.0/24'] })).toBe(200)
    expect(await edit(mighty, { allowedIps: null })).toBe(refused)
    expect(await edit(own, { scopes: ['files:write'] })).toBe(refused)
    expect(await edit(own, { scopes: ['files:read', 'records:write'], expiresAt: null })).toBe(200)
    // Somebody mightier gives it more: from then on it is beyond her.
    await adam.call('PATCH', `${keys}/${own}`, { body: { scopes: ['*'], expiresAt: '2030-01-01T00:00:00Z' } })
    expect(await edit(own, { expiresAt: null })).toBe(refused)
    expect([await does(own, 'rotate'), await edit(own, { name: 'y' })]).toEqual([refused, 200])
    await adam.call('POST', `${keys}/${own}/rotate`, { body: { graceSeconds: 60 } })
    expect(await does(own, 'rotation/cancel')).toBe(refused)
    expect(await does(own, 'rotation/finish')).toBe(200)
    expect([await does(own, 'disable'), await does(own, 'enable')]).toEqual([200, refused])
    expect(await edit(own, { scopes: ['records:read'] })).toBe(200)
    expect([await does(own, 'enable'), await does(mighty, 'revoke')]).toEqual([200, 200])
    const pending = (await create({ environment: 'guarded', scopes: ['records:read'] })).key.id
    expect([await does(pending, 'approve'), await does(pending, 'decline')]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    expect((await call('GET', `${keys}/${pending}`)).body.status).toBe('pending')
  })
})

describe('in an environment where keys are approved', () => {
  test('a developer’s key waits, an admin’s does not, and nobody widens by an edit what was approved', async () => {
    const { make, adam, dora, keys, code } = await start()
    const input = { environment: 'guarded', scopes: ['records:read'] }
    expect((await make(adam, input)).body.key.status).toBe('active')
    const asked = (await make(dora, input)).body
    expect([asked.key.status, await code(asked.secret)]).toEqual(['pending', 'PENDING'])
    const key = `${keys}/${asked.key.id}`
    const widen = async (scopes: string[]) => codeOf(await dora.call('PATCH', key, { body: { scopes } }))
    expect(await widen(['records:*'])).toBe(200)
    expect((await adam.call('POST', `${key}/approve`)).body.key.status).toBe('active')
    expect([await widen(['records:*', 'files:read']), await widen(['records:read'])]).toEqual(['FORBIDDEN', 200])
    expect(await code(asked.secret, { scopes: ['records:read'] })).toBe('VALID')
  })
})

describe('in production', () => {
  test('people confirm who they are before they make, rotate or end a key; services need not', async () => {
    const { make, dora, adam, keys, clock, create, database } = await start()
    const input = { environment: 'live', scopes: ['records:read'] }
    const made = async () => (await create(input)).key.id
    const [rotating, revoking, deleting] = [await made(), await made(), await made()]
    await dora.call('POST', `${keys}/${rotating}/rotate`, { body: { graceSeconds: 3600 } })
    await dora.call('POST', `${keys}/${deleting}/revoke`)
    // The sessions began a little after the clock was set.
    clock.advance(11 * MINUTE)
    const acts = () => [
      make(dora, input),
      ...['rotation/finish', 'rotation/cancel', 'rotate', 'revoke'].map((step) =>
        dora.call('POST', `${keys}/${rotating}/${step}`),
      ),
      dora.call('DELETE', `${keys}/${deleting}`),
    ]
    for (const answer of await Promise.all(acts())) {
      expect(answer.body.error).toMatchObject({ code: 'FRESH_SIGN_IN_REQUIRED', details: { environment: 'live' } })
    }
    // What takes no more than a moment of somebody else's screen elsewhere goes on, and so does switching off.
    expect(codeOf(await make(dora, { ...input, environment: 'open' }))).toBe(201)
    expect(codeOf(await dora.call('POST', `${keys}/${revoking}/disable`))).toBe(200)
    await database.transact(async (writes) => {
      await writes.confirmSession(dora.actor.sessionId ?? '', clock.now())
      return { commit: true, value: null }
    })
    expect(codeOf(await make(dora, input))).toBe(201)
    for (const step of ['rotation/cancel', 'rotate', 'revoke']) {
      expect(codeOf(await dora.call('POST', `${keys}/${rotating}/${step}`)), step).toBe(200)
    }
    expect(codeOf(await dora.call('DELETE', `${keys}/${deleting}`))).toBe(200)
    expect(codeOf(await make(adam, input))).toBe('FRESH_SIGN_IN_REQUIRED')
    // Signing in anew does as well.
    const signedIn = await dora.call('POST', '/v1/auth/sign-in', { body: { email: dora.email, password: PASSWORD } })
    expect(signedIn.status).toBe(200)
    await made()
  })
})

test('whoever is in charge hears by mail of new keys, of those that wait and that leaked; who asked, of the decision', async () => {
  const server = await start({ mail: true })
  const { make, adam, dora, keys, addMember, create, clock } = server
  await addMember('Olga', 'owner')
  const told = async () => {
    const mails = await mailsOf(server)
    await server.database.peopleTables.db.deleteFrom('mails').execute()
    return mails.map(({ recipient, notice, facts }: (typeof mails)[number]) => ({ recipient, notice, facts }))
  }
  const scopes = ['records:read']
  const asked = (await make(dora, { environment: 'guarded', scopes })).body.key
  const of = ({ id, environment }: { id: string; environment: string }) => {
    return { organizationId: server.organization.id, keyId: id, keyName: 'x', environment }
  }
  const inCharge = (notice: string, facts: object) =>
    expect.arrayContaining(['adam', 'olga'].map((name) => ({ recipient: `${name}@example.com`, notice, facts })))
  const expectTold = async (notice: string, facts: object) => {
    const mails = await told()
    expect(mails).toHaveLength(2)
    expect(mails).toEqual(inCharge(notice, facts))
  }
  await expectTold('approval-asked', { ...of(asked), askedBy: 'Dora' })
  await adam.call('POST', `${keys}/${asked.id}/approve`)
  const facts = { ...of(asked), decision: 'approved', decidedBy: 'Adam' }
  expect(await told()).toEqual([{ recipient: 'dora@example.com', notice: 'approval-decided', facts }])
  const made = (await make(dora, { environment: 'live', scopes })).body.key
  await expectTold('key-created', { ...of(made), by: 'Dora', at: clock.now() })
  await dora.call('POST', `${keys}/${made.id}/revoke`, { body: { reason: 'compromised' } })
  await expectTold('key-compromised', { ...of(made), by: 'Dora', at: clock.now() })
  // Nobody is told of what does not happen, nor twice of what did.
  await dora.call('POST', `${keys}/${made.id}/revoke`, { body: { reason: 'compromised' } })
  await make(dora, { environment: 'live', scopes: ['*'] })
  await make(adam, { environment: 'guarded', scopes })
  await create({ environment: 'open' })
  expect(await told()).toEqual([])
})
