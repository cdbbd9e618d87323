import { createHash } from 'node:crypto'
import { DENY_CODES, ERROR_CODES } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { signedIn } from '../testing/browser.ts'
import { startOidcServer } from '../testing/oidc-server.ts'
import { startApp, type TestOptions } from '../testing/test-domain.ts'
import {
  type Document,
  faultsOf,
  type Operation,
  operationsOf,
  requestSchema,
  responseSchema,
  type Schema,
} from './openapi-document.fixture.ts'
import { structuralFaults } from './openapi-structure.fixture.ts'
import { proofProduct } from './proof-product.fixture.ts'
import { CREATED, FULL, LIST, NO, QUESTION, REFUSAL, REPLAYED, YES } from './wire-examples.fixture.ts'
import { walkMembers } from './wire-members.fixture.ts'
import { walkPeople } from './wire-people.fixture.ts'
import { agreements } from './wire-types.fixture.ts'
import { Walk } from './wire-walk.fixture.ts'

const ORGANIZATIONS = '/v1/organizations'
const ORGANIZATION = `${ORGANIZATIONS}/{organization}`
const KEYS = `${ORGANIZATION}/keys`
const KEY = `${KEYS}/{key}`
/** The document itself, what shows it, and where providers send browsers back to. */
const HIDDEN = /^\/(?:openapi\.json$|metrics|docs(?:\/|$)|v1\/auth\/callback\/)/

async function start(options: TestOptions = {}) {
  const server = await startApp({ product: proofProduct(true), ...options })
  return { ...server, walk: await Walk.begin(server) }
}

let read: Promise<Document> | undefined

/** The document is the same of every server, so one of them is asked for all tests. */
function readDocument(): Promise<Document> {
  read ??= start().then(({ walk }) => walk.document)
  return read
}

test('every answer on a walk through all routes is as the document says', { timeout: 120_000 }, async () => {
  const server = await start({ provider: (await startOidcServer()).settings })
  const { walk, clock, usage, newServiceKey } = server
  const go = walk.go.bind(walk)
  const inAnHour = () => new Date(clock.now() + 3_600_000).toISOString()

  for (const path of ['/healthz', '/readyz', '/v1/product']) await go('get', path, {}, { key: null })
  await walkPeople(walk, server)
  const founded = await go('post', ORGANIZATIONS, {}, { body: { name: 'Acme', externalId: 'crm-7', plan: 'open' } })
  const organization: string = founded.body.organization.id
  const other: string = (await go('post', ORGANIZATIONS, {}, { body: { name: 'Other' } })).body.organization.id
  const here = { organization }
  await go('get', ORGANIZATIONS, { limit: '1' })
  await go('get', '/v1/plans')
  await go('get', ORGANIZATION, here)
  await go('get', `${ORGANIZATION}/catalog`, here)
  await go('patch', ORGANIZATION, here, { body: { features: { beta: true } }, headers: { 'if-match': '"1"' } })

  const body = {
    name: 'ci-runner',
    description: 'For the pipeline',
    environment: 'live',
    scopes: ['doc:*'],
    resources: { site: ['a'] },
    allowedIps: ['203.0.113.9/24', '2001:DB8::/32', '127.0.0.1'],
    rateLimit: { limit: 3, windowSeconds: 60 },
    credits: { remaining: 5, refill: { amount: 5, interval: 'day' } },
    metadata: { team: 'data', level: 1.5, on: true, none: null },
    tags: ['ci'],
    externalId: 'key-7',
    expiresAt: inAnHour(),
  }
  const headers = { 'idempotency-key': 'one' }
  const made = await go('post', KEYS, here, { body, headers })
  await go('post', KEYS, here, { body, headers })
  const key: string = made.body.key.id
  const it = { organization, key }
  const bare = (await go('post', KEYS, here, { body: { name: 'bare', credits: { remaining: 1 } } })).body
  await go('get', KEYS, { ...here, limit: '1' })

  const question = { key: made.body.secret, ip: '203.0.113.1', scopes: ['doc:read'], resources: { site: 'a' } }
  const rotated = await go('post', `${KEY}/rotate`, it, { body: { graceSeconds: 60 } })
  for (const asked of [question, { ...question, cost: 3 }, { key: rotated.body.secret }, { key: 'nothing' }]) {
    await go('post', '/v1/keys/verify', {}, { body: asked })
  }
  await go('post', '/v1/keys/verify-batch', {}, { body: { items: [question, { key: bare.secret }, { key: '' }] } })
  for (const token of [bare.secret, 'nothing']) await go('post', '/v1/introspect', {}, { body: { token } })
  await go('get', '/v1/keys/self', {}, { key: rotated.body.secret })
  await usage.flush()
  // Used, and in an overlap: every member of it is there.
  expect((await go('get', KEY, it)).body).toMatchObject({
    lastUsedIp: '127.0.0.1',
    previousSecret: { prefix: expect.anything() },
  })
  await go('patch', KEY, it, { body: { name: 'renamed', credits: { remaining: 1 } } })
  await go('post', `${KEY}/rotation/cancel`, it)
  await go('post', `${KEY}/rotate`, it, { body: { graceSeconds: 60 } })
  await go('post', `${KEY}/rotation/finish`, it)
  for (const to of ['disable', 'enable', 'revoke']) await go('post', `${KEY}/${to}`, it)
  const guarded = async () =>
    (await go('post', KEYS, here, { body: { name: 'g', environment: 'guarded' } })).body.key.id
  await go('post', `${KEY}/approve`, { organization, key: await guarded() })
  await go('post', `${KEY}/decline`, { organization, key: await guarded() })
  const sha256 = createHash('sha256').update('legacy-1').digest('hex')
  const items = [
    { name: 'legacy', sha256, prefix: 'old_' },
    { name: 'again', sha256 },
  ]
  await go('post', `${KEYS}/import`, here, { body: { items }, headers })
  await go('post', `${KEYS}/import`, here, { body: { items }, headers })
  await go('get', `${ORGANIZATION}/audit`, { ...here, limit: '3' })
  await go('get', `${KEY}/audit`, { ...it, limit: '3' })
  await go('get', '/v1/audit', { limit: '3', from: new Date(0).toISOString() })
  const filter = { action: 'key.*', outcome: 'success', from: new Date(0).toISOString(), to: inAnHour() }
  for (const [path, ids] of [
    ['/v1/audit', {}],
    [`${ORGANIZATION}/audit`, here],
    [`${KEY}/audit`, it],
  ] as const) {
    await go('get', path, { ...ids, ...filter, actor: 'key_x', requestId: 'req_x' })
    const lines = await walk.download(path, { ...ids, ...filter, format: 'ndjson' })
    const shape = responseSchema(walk.document.paths[path]?.get as Operation, 200)
    const event = at(shape, 'items')?.items as Schema
    for (const line of lines.split('\n').filter(Boolean)) expect(faultsOf(event, JSON.parse(line))).toEqual([])
    expect(await walk.download(path, { ...ids, format: 'csv' })).toMatch(/^id,at,/)
  }
  await go('get', `${ORGANIZATION}/usage`, { ...here, bucket: 'day' })
  expect((await go('get', `${ORGANIZATION}/usage-by-key`, it)).body.items).toMatchObject([{ keyId: key }])
  expect((await go('get', `${KEY}/usage`, it)).body.totals).toMatchObject({ VALID: expect.any(Number) })
  expect((await go('get', `${KEY}/callers`, it)).body.items).not.toEqual([])
  await go('get', `${KEY}/scopes`, it)
  await go('get', `${KEY}/compromised`, it)
  await go('post', `${KEY}/compromised/notify`, it)
  const leaked: string = (await go('post', KEYS, here, { body: { name: 'leaked' } })).body.key.id
  for (const note of ['in a log', 'again']) {
    await go('post', `${KEY}/compromised`, { organization, key: leaked }, { body: { note } })
  }
  expect((await go('get', `${KEY}/removal-check`, it)).body).toMatchObject({ verdict: 'in-use' })
  expect((await go('get', `${ORGANIZATION}/denials`, { ...here, limit: '1' })).body.items).not.toEqual([])
  for (const to of ['suspend', 'suspend', 'resume']) await go('post', `${ORGANIZATION}/${to}`, here)

  await walkMembers(walk, server)

  // Refusals, each of a kind of its own.
  await go('get', '/v1/keys/self', {}, { key: made.body.secret })
  await go('delete', KEY, { organization, key: bare.key.id })
  await go('patch', KEY, it, { body: { name: 'x' } })
  await go('patch', ORGANIZATION, here, { body: { name: 'x' }, headers: { 'if-match': '"1"' } })
  await go('get', KEY, { organization: other, key })
  await go('get', ORGANIZATIONS, { cursor: 'rubbish' })
  await go('get', KEYS, { ...here, scope: 'ghost:read' })
  await go('get', `${KEY}/usage`, { ...it, from: '2020-01-01T00:00:00Z' })
  await go('get', `${ORGANIZATION}/catalog`, { organization: 'org_none' })
  await go('post', KEYS, here, { body: { ...body, name: 'x' }, headers })
  await go('post', KEYS, here, { body: { name: 'x', colour: 'red' } })
  await go('post', KEYS, here, { body: 'x'.repeat(70_000), headers: { 'content-type': 'application/json' } })
  await go('post', KEYS, here, { body: '{', headers: { 'content-type': 'application/json' } })
  await go('post', KEYS, here, { body: 'x', headers: { 'content-type': 'text/plain' } })
  await go('post', KEYS, { organization: other }, { body: { name: 'x' } })
  await go('post', KEYS, { organization: other }, { body: { name: 'x' } })
  expect((await go('post', KEYS, { organization: other }, { body: { name: 'x' } })).body.error.code).toBe(
    'KEY_LIMIT_REACHED',
  )
  await go('post', '/v1/keys/verify', {}, { body: { key: 'x', scopes: ['ghost:read'] } })
  const narrow = await newServiceKey(['keys:verify'])
  const bound = await newServiceKey(['*'], organization)
  for (const { method, path, operation } of operationsOf(walk.document)) {
    if (operation.security?.length === 0) continue
    const anything = { organization: other, key }
    for (const secret of [null, narrow, bound])
      await go(method, path, anything, { body: method === 'get' ? undefined : {}, key: secret })
  }

  const service = await go(
    'post',
    '/v1/service-keys',
    {},
    { body: { name: 's', scopes: ['keys:read'], organizationId: organization } },
  )
  await go('get', '/v1/service-keys', { limit: '1' })
  await go('post', '/v1/service-keys/{key}/revoke', { key: service.body.key.id })
  await go('post', '/v1/keys/self/revoke', {}, { key: bare.secret })
  await go('delete', KEY, { organization, key: bare.key.id })
  await go('delete', ORGANIZATION, { organization: other })
  await go('get', ORGANIZATION, { organization: other })

  const always = [
    ...['/healthz', '/readyz', '/v1/auth/methods', '/v1/product'].map((path) => `get ${path} was not seen to refuse`),
    // It answers for as long as it is read.
    `get ${ORGANIZATION}/changes was not seen to succeed`,
  ]
  expect(walk.missing().sort()).toEqual(always.sort())
})

describe('the document', () => {
  test('is a sound OpenAPI 3.1 document', async () => {
    expect(structuralFaults(await readDocument())).toEqual([])
  })

  test('has every route, with who may call it and what an error looks like', async () => {
    const { walk, app } = await start()
    const documented = new Map(operationsOf(walk.document).map((one) => [`${one.method} ${one.path}`, one.operation]))
    const routes = app.accessOfRoutes().filter(({ method, url }) => method !== 'HEAD' && !HIDDEN.test(url))
    const names = routes.map(({ method, url }) => `${method.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`)
    expect([...documented.keys()].sort()).toEqual(names.sort())
    for (const { method, url, access } of routes) {
      const name = `${method.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`
      const { security = null, responses } = documented.get(name) as Operation
      const expected =
        access === 'anyone'
          ? []
          : access === 'holder'
            ? [{ key: [] }, { keyHeader: [] }]
            : access === 'person'
              ? [{ session: [] }]
              : [{ serviceKey: [access.service] }, { session: [] }]
      expect(security, name).toEqual(expected)
      expect(responses.default, name).toBeDefined()
    }
  })

  test('names every error code there is, wherever an error can come', async () => {
    for (const { method, path, operation } of operationsOf(await readDocument())) {
      const codes = at(responseSchema(operation, 'default'), 'error', 'code')
      expect(codes?.enum, `${method} ${path}`).toEqual(Object.keys(ERROR_CODES))
    }
  })

  test('names every code a verdict can have', async () => {
    const verify = (await readDocument()).paths['/v1/keys/verify']?.post as Operation
    const [yes, no] = (responseSchema(verify, 200)?.anyOf ?? []) as Schema[]
    expect(at(yes, 'code')?.enum).toEqual(['VALID'])
    expect(at(no, 'code')?.enum).toEqual([...DENY_CODES])
  })

  test('says of every member of an answer that it is there, but for what tells a replay', async () => {
    const missing = new Set<string>()
    for (const { path, operation } of operationsOf(await readDocument())) {
      if (path === '/v1/introspect') continue
      for (const status of Object.keys(operation.responses))
        optionalMembers(responseSchema(operation, Number(status)), missing)
    }
    expect([...missing]).toEqual(['replayed'])
  })

  test('does not demand a body where none is needed', async () => {
    const server = await start()
    const { walk, call } = server
    // What a service key cannot ask for, the session can.
    const { headers } = (await signedIn(server)).browser
    const { organization } = (await call('POST', ORGANIZATIONS, { body: { name: 'Acme' } })).body
    const key = (await call('POST', `${ORGANIZATIONS}/${organization.id}/keys`, { body: { name: 'k' } })).body.key.id
    const demanded: string[] = []
    for (const { method, path, operation } of operationsOf(walk.document)) {
      if (method !== 'post' || !operation.security?.some((one) => 'session' in one)) continue
      const { status, body } = await walk.go(method, path, { organization: organization.id, key }, { headers })
      const bodyless = status !== 400 && body.error?.code !== 'MALFORMED_REQUEST'
      if (bodyless && operation.requestBody?.required === true) demanded.push(path)
    }
    expect(demanded).toEqual([])
  })
})

describe('what is published as an example', () => {
  const EXAMPLES = [
    { what: 'the answer to a creation', example: CREATED, method: 'post', path: KEYS, status: 201 },
    { what: 'the answer to a creation sent again', example: REPLAYED, method: 'post', path: KEYS, status: 202 },
    { what: 'a list with its counts', example: LIST, method: 'get', path: KEYS, status: 200 },
    { what: 'a key of which everything is known', example: FULL, method: 'get', path: KEY, status: 200 },
    { what: 'a question', example: QUESTION, method: 'post', path: '/v1/keys/verify', status: null },
    { what: 'a yes', example: YES, method: 'post', path: '/v1/keys/verify', status: 200 },
    { what: 'a no', example: NO, method: 'post', path: '/v1/keys/verify', status: 200 },
    { what: 'an error', example: REFUSAL, method: 'delete', path: KEY, status: 'default' },
  ] as const

  test.each(EXAMPLES)(
    '$what fits the document, and nothing less or more does',
    async ({ example, method, path, status }) => {
      const operation = (await readDocument()).paths[path]?.[method] as Operation
      const schema = (status === null ? requestSchema(operation) : responseSchema(operation, status)) as Schema
      expect(faultsOf(schema, example)).toEqual([])
      expect(faultsOf(schema, { ...example, surplus: 1 })).not.toEqual([])
      const optional = status === null ? Object.keys(example).filter((member) => member !== 'key') : ['replayed']
      for (const member of Object.keys(example)) {
        const { [member as never]: _, ...rest } = example
        if (!optional.includes(member)) expect(faultsOf(schema, rest), `without ${member}`).not.toEqual([])
      }
    },
  )
})

test('the types of clients say what the schemas say', () => {
  expect(Object.values(agreements)).not.toContain(false)
})

/** The schema of a member, however deep. */
function at(schema: Schema | undefined, ...members: string[]): Schema | undefined {
  const [member, ...rest] = members
  if (schema === undefined || member === undefined) return schema
  return at((schema.properties as Record<string, Schema> | undefined)?.[member], ...rest)
}

function optionalMembers(schema: unknown, found: Set<string>): void {
  if (schema === null || typeof schema !== 'object') return
  const { properties, required = [] } = schema as { properties?: object; required?: string[] }
  for (const member of Object.keys(properties ?? {})) if (!required.includes(member)) found.add(member)
  for (const part of Object.values(schema)) optionalMembers(part, found)
}
