import { type ApiKey, type Catalog, SERVICE_KEY_TAG } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { type Customer, startDeployment, startTimedDeployment, towardHolder } from './deployment.fixture.ts'
import { runInShell } from './shell.fixture.ts'

const deployment = await startDeployment('datature-vi')
const DAY_MS = 86_400_000

describe('D1: the table of secret keys', () => {
  test('a listed key carries what every column shows, and Last Used says so of a key that never was', async () => {
    const organization = await deployment.newCustomer()
    const issued = await organization.create({ name: 'annotation pipeline', accessLevel: 'read-only' })
    const { items, counts } = await organization.list()
    expect(items).toEqual([
      expect.objectContaining({
        name: 'annotation pipeline',
        prefix: issued.secret.slice(0, issued.key.prefix.length),
        accessLevel: 'read-only',
        scopes: ['dataset:read', 'training:read', 'deployment:read'],
        createdAt: expect.stringMatching(/Z$/),
        createdBy: { type: 'service-key', id: expect.stringMatching(/^key_/), name: 'e2e' },
        lastUsedAt: null,
      }),
    ])
    expect(counts.active).toBe(1)
  })
})

describe('D2: Edit Permission and Remove Key', () => {
  test('an edited permission counts from the next request on, under the same secret', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'trainer' })
    expect(await deployment.verdict(secret, { scopes: ['training:write'] })).toBe('VALID')
    const edited = await organization.edit(key.id, { accessLevel: 'read-only' })
    expect(edited.key).toMatchObject({ id: key.id, prefix: key.prefix, accessLevel: 'read-only' })
    expect(await deployment.verdict(secret, { scopes: ['training:write'] })).toBe('INSUFFICIENT_SCOPE')
    expect(await deployment.verdict(secret, { scopes: ['training:read'] })).toBe('VALID')
  })

  test('removal needs no revoke before it, is in force when it returns, and the row is gone for good', async () => {
    const organization = await deployment.newCustomer()
    const { key } = await organization.create({ name: 'decommissioned' })
    const kept = await organization.create({ name: 'kept' })
    expect((await organization.remove(key.id)).receipt).toEqual({ effectiveAt: expect.any(String), verifiers: 1 })
    expect((await organization.list()).items.map(({ id }) => id)).toEqual([kept.key.id])
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['POST', '/enable'],
      ['POST', '/rotate'],
      ['DELETE', ''],
    ] as const) {
      const body = method === 'PATCH' ? { name: 'back' } : undefined
      const refusal = await organization.refusal(method, `/keys/${key.id}${path}`, body)
      expect(refusal, `${method} ${path}`).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    }
  })
})

describe('D3: after the removal', () => {
  test('the very next request with the key is an authentication error', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'leaked' })
    expect((await deployment.asHolder(secret)).status).toBe(200)
    await organization.remove(key.id, '?confirm=in-use')
    const answer = await deployment.asHolder(secret)
    expect(answer.status).toBe(401)
    expect(answer.body.error.code).toBe('UNAUTHORIZED')
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
    expect(await deployment.verdict(secret)).toBe('UNKNOWN')
  })
})

describe('D4: the value of a key', () => {
  test('is shown at creation and never again', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'once', environment: 'production' })
    const hidden = secret.slice(key.prefix.length)
    const edited = await organization.edit(key.id, { name: 'twice' })
    const later = [edited, await organization.key(key.id), await organization.list(), await organization.log()]
    later.push(await organization.revoke(key.id))
    expect(JSON.stringify(later)).toContain(key.prefix)
    expect(JSON.stringify(later)).not.toContain(hidden)
  })
})

describe('D5: access scope and permission level', () => {
  const reach = async (secret: string) => {
    const { scopes } = await (await deployment.newCustomer()).catalog()
    const asked = scopes.map(async ({ id }) => ({ id, code: await deployment.verdict(secret, { scopes: [id] }) }))
    return (await Promise.all(asked)).filter(({ code }) => code === 'VALID').map(({ id }) => id)
  }
  const DATASET = ['dataset:read', 'dataset:write', 'dataset:annotate']
  const TRAINING = ['training:read', 'training:write']
  const DEPLOYMENT = ['deployment:read', 'deployment:write', 'deployment:infer']

  test('without per-scope control a key reaches everything', async () => {
    const organization = await deployment.newCustomer()
    expect((await organization.catalog()).features).toEqual({ 'per-scope-control': false })
    const { key, secret } = await organization.create({ name: 'default' })
    expect(key).toMatchObject({ accessLevel: 'full', scopes: ['*'] })
    expect(await reach(secret)).toEqual([...DATASET, ...TRAINING, ...DEPLOYMENT])
  })

  test('without it nobody gets single scopes, neither a new key nor an old one, and is told whom to ask', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'default' })
    const asked = [
      await organization.refusal('POST', '/keys', { name: 'narrow', scopes: ['dataset:read'] }),
      await organization.refusal('POST', '/keys', { name: 'narrow', accessLevel: 'restricted' }),
      await organization.refusal('PATCH', `/keys/${key.id}`, { scopes: ['dataset:read'] }),
    ]
    for (const refusal of asked) {
      expect(refusal).toMatchObject({ status: 403, code: 'FORBIDDEN', details: { feature: 'per-scope-control' } })
      expect(refusal.message).toContain('account manager')
    }
    expect(await reach(secret)).toHaveLength(8)
  })

  test('full, read-only and labeler-only keys may do what their names say, in every category', async () => {
    const organization = await deployment.newCustomer()
    const levels = {
      full: [...DATASET, ...TRAINING, ...DEPLOYMENT],
      'read-only': ['dataset:read', 'training:read', 'deployment:read'],
      'labeler-only': ['dataset:annotate'],
    }
    for (const [accessLevel, scopes] of Object.entries(levels)) {
      const { secret } = await organization.create({ name: accessLevel, accessLevel })
      expect(await reach(secret), accessLevel).toEqual(scopes)
    }
  })

  test('the vendor turns per-scope control on for one organization, and no other one gets it', async () => {
    const organization = await deployment.newCustomer()
    const neighbour = await deployment.newCustomer()
    expect((await organization.change({ features: { 'per-scope-control': true } })).features).toEqual({
      'per-scope-control': true,
    })
    expect((await organization.catalog()).features).toEqual({ 'per-scope-control': true })
    const { key, secret } = await organization.create({ name: 'narrow', scopes: ['training:read', 'deployment:infer'] })
    expect(key.accessLevel).toBe('restricted')
    expect(await reach(secret)).toEqual(['training:read', 'deployment:infer'])
    const refusal = await neighbour.refusal('POST', '/keys', { name: 'narrow', scopes: ['training:read'] })
    expect(refusal.code).toBe('FORBIDDEN')
  })

  test('with it every category can be combined with every level that the category knows', async () => {
    const organization = await deployment.newCustomer()
    await organization.change({ features: { 'per-scope-control': true } })
    const combinations: [string, string, string[]][] = [
      ['Dataset, full', 'dataset:*', DATASET],
      ['Dataset, read only', 'dataset:read', ['dataset:read']],
      ['Dataset, labeler only', 'dataset:annotate', ['dataset:annotate']],
      ['Training, full', 'training:*', TRAINING],
      ['Training, read only', 'training:read', ['training:read']],
      ['Deployment, full', 'deployment:*', DEPLOYMENT],
      ['Deployment, read only', 'deployment:read', ['deployment:read']],
    ]
    for (const [name, grant, scopes] of combinations) {
      const { secret } = await organization.create({ name, scopes: [grant] })
      expect(await reach(secret), name).toEqual(scopes)
    }
  })

  test('a key may be limited to single datasets, and must then say which one it touches', async () => {
    const organization = await deployment.newCustomer()
    const { secret } = await organization.create({ name: 'one dataset', resources: { dataset: ['cats'] } })
    const scopes = ['dataset:read']
    expect(await deployment.verdict(secret, { scopes, resources: { dataset: 'cats' } })).toBe('VALID')
    expect(await deployment.verdict(secret, { scopes, resources: { dataset: 'dogs' } })).toBe('RESOURCE_DENIED')
    expect(await deployment.verdict(secret, { scopes })).toBe('RESOURCE_DENIED')
    expect(await deployment.verdict(secret, { scopes: ['training:read'] })).toBe('VALID')
  })
})

describe('D6: a secret key together with an organization id', () => {
  test('passes only with the id of its own organization; any other is one more 401 toward the client', async () => {
    const own = await deployment.newCustomer()
    const other = await deployment.newCustomer()
    const { secret } = await own.create({ name: 'sdk' })
    expect(await deployment.verdict(secret, { organizationId: own.id })).toBe('VALID')
    for (const organizationId of [other.id, `${own.id.slice(0, -1)}${own.id.endsWith('0') ? '1' : '0'}`]) {
      const answer = await deployment.verify(secret, { organizationId })
      expect(answer).toEqual({
        valid: false,
        code: 'ORGANIZATION_MISMATCH',
        message: expect.any(String),
        requestId: expect.any(String),
      })
    }
    expect(towardHolder('ORGANIZATION_MISMATCH')).toBe(towardHolder('UNKNOWN'))
    expect(towardHolder('ORGANIZATION_MISMATCH')).toBe(401)
  })

  test('the secret key is taken from DATATURE_VI_SECRET_KEY as well as given directly', async () => {
    const { key, secret, sampleRequest } = await (await deployment.newCustomer()).create({ name: 'sdk' })
    const command = sampleRequest.replaceAll(secret, '$DATATURE_VI_SECRET_KEY')
    const outcome = await runInShell(command, { DATATURE_VI_SECRET_KEY: secret })
    expect(outcome.code).toBe(0)
    expect(JSON.parse(outcome.stdout)).toMatchObject({ id: key.id, organizationId: key.organizationId })
  })

  test('no organization’s backend sees or touches another organization’s key', async () => {
    const own = await deployment.newCustomer()
    const other = await deployment.newCustomer()
    const { key, secret } = await other.create({ name: 'not yours' })
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'mine' } : undefined
      expect(await own.refusal(method, `/keys/${key.id}`, body)).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    }
    expect(await deployment.verdict(secret)).toBe('VALID')
    expect(await other.key(key.id)).toMatchObject({ name: 'not yours', status: 'active' })
  })
})

describe('D7: one key for each environment, rotated on its schedule', () => {
  const ENVIRONMENTS = { production: 90, staging: 180, development: null, 'ci-cd': 90 }
  const TAGS = { production: 'vi_prod_', staging: 'vi_stage_', development: 'vi_dev_', 'ci-cd': 'vi_ci_' }

  const createOneEach = async (organization: Customer) => {
    for (const environment of Object.keys(ENVIRONMENTS)) await organization.create({ name: environment, environment })
  }

  /** As whoever reads list and catalogue works it out. */
  const overdue = (keys: readonly ApiKey[], { environments }: Catalog, now: number) =>
    keys
      .filter(({ environment, rotatedAt, createdAt }) => {
        const days = environments.find(({ id }) => id === environment)?.rotationDays ?? null
        return days !== null && now - Date.parse(rotatedAt ?? createdAt) > days * DAY_MS
      })
      .map(({ name }) => name)
      .sort()

  test('the catalogue has the four environments with the days of their schedules', async () => {
    const { environments } = await (await deployment.newCustomer()).catalog()
    expect(Object.fromEntries(environments.map(({ id, rotationDays }) => [id, rotationDays]))).toEqual(ENVIRONMENTS)
  })

  test('a key’s environment is seen in its secret, in its verdict and in the list', async () => {
    const organization = await deployment.newCustomer()
    for (const [environment, tag] of Object.entries(TAGS)) {
      const { secret } = await organization.create({ name: environment, environment })
      expect(secret.startsWith(tag), environment).toBe(true)
      expect(await deployment.verify(secret)).toMatchObject({ key: { environment } })
      expect(await organization.names(`?environment=${environment}`)).toEqual([environment])
    }
    expect(Object.values(TAGS).some((tag) => tag.startsWith(SERVICE_KEY_TAG))).toBe(false)
  })

  test('a compromised development key does not touch production', async () => {
    const organization = await deployment.newCustomer()
    const production = await organization.create({ name: 'production', environment: 'production' })
    const development = await organization.create({ name: 'development', environment: 'development' })
    await organization.remove(development.key.id)
    expect(await deployment.verdict(development.secret)).toBe('UNKNOWN')
    expect(await deployment.verdict(production.secret)).toBe('VALID')
  })

  test('keys overdue for rotation follow from list and catalogue, and rotating one takes it off', async () => {
    const timed = await startTimedDeployment('datature-vi')
    const organization = await timed.deployment.newCustomer()
    await createOneEach(organization)
    const overdueNow = async () => {
      const { items } = await organization.list()
      return overdue(items, await organization.catalog(), timed.clock.now())
    }
    timed.clock.advance(89 * DAY_MS)
    expect(await overdueNow()).toEqual([])
    timed.clock.advance(2 * DAY_MS)
    expect(await overdueNow()).toEqual(['ci-cd', 'production'])
    const [production] = (await organization.list('?environment=production')).items
    await organization.rotate(production?.id ?? '')
    expect(await overdueNow()).toEqual(['ci-cd'])
    timed.clock.advance(90 * DAY_MS)
    expect(await overdueNow()).toEqual(['ci-cd', 'staging'])
  })

  test('keys unused for long are listed, those never used among them', async () => {
    const timed = await startTimedDeployment('datature-vi')
    const organization = await timed.deployment.newCustomer()
    const busy = await organization.create({ name: 'busy' })
    const silent = await organization.create({ name: 'silent' })
    await organization.create({ name: 'never used' })
    await timed.deployment.verify(silent.secret)
    timed.clock.advance(60 * DAY_MS)
    await timed.deployment.verify(busy.secret)
    await organization.create({ name: 'new' })
    await timed.flush()
    const monthAgo = new Date(timed.clock.now() - 30 * DAY_MS).toISOString()
    expect(await organization.names(`?unusedSince=${monthAgo}`)).toEqual(['never used', 'silent'])
    const { items } = await organization.list('?sort=-lastUsedAt')
    expect(items.map(({ name }) => name).slice(0, 2)).toEqual(['busy', 'silent'])
  })
})

describe('D9: a compromised key', () => {
  test('is deleted while in use and replaced, its thief gets 401, and both steps stand in the log', async () => {
    const organization = await deployment.newCustomer()
    const { key, secret } = await organization.create({ name: 'ci', environment: 'ci-cd', accessLevel: 'read-only' })
    await deployment.verify(secret, { ip: '203.0.113.66' })
    const warned = await organization.refusal('DELETE', `/keys/${key.id}`)
    expect(warned).toMatchObject({ status: 409, code: 'KEY_IN_USE', details: { lastUsedIp: '203.0.113.66' } })
    await organization.remove(key.id, '?confirm=in-use')
    const { environment, accessLevel } = key
    const replacement = await organization.create({ name: 'ci (new)', environment, accessLevel })
    expect((await deployment.asHolder(secret)).status).toBe(401)
    expect((await deployment.asHolder(replacement.secret)).status).toBe(200)
    const done = (await organization.log()).filter(({ outcome }) => outcome === 'success')
    const steps = done.map(({ action, target }) => `${action} ${target.name}`)
    expect(steps.slice(0, 3)).toEqual(['key.create ci (new)', 'key.delete ci', 'key.create ci'])
  })
})
