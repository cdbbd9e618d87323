import { gzipSync } from 'node:zlib'
import type { VerdictCode } from '@claviger/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, Connection, type Sending } from './connection.ts'
import { expectEnvelope } from './error-envelope.ts'
import type { Operator } from './operator.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { findHalfDone } from './stored-changes.ts'

let server: RunningServer
let operator: Operator
let keys = ''
let key = ''

beforeAll(async () => {
  server = await startServer({ profile: 'visitly' })
  operator = await server.createOperator()
  const { id } = await operator.createOrganization({ name: 'besieged' })
  keys = `/v1/organizations/${id}/keys`
  key = (await operator.createKey(id, { name: 'besieged' })).key.id
})

async function expectRefusal(path: string, sending: Sending, ...statuses: number[]): Promise<Answer<unknown>> {
  const answer = await operator.connection.send(path, sending)
  const about = `${sending.method} ${path} ${JSON.stringify(sending.body ?? null)?.slice(0, 200)}`
  expect(statuses, `${about}: ${answer.raw}`).toContain(answer.status)
  expectEnvelope(
    { status: answer.status, header: (name) => answer.headers[name]?.toString(), body: JSON.stringify(answer.body) },
    about,
  )
  return answer
}

function post(body: unknown, headers: Record<string, string> = {}): Sending {
  return { method: 'POST', body, headers }
}

test.each([
  ['cut off', '{"name":"x"'],
  ['not JSON', 'name=x'],
  ['empty', ''],
  ['of nothing but blanks', ' \n '],
  ['with a trailing comma', '{"name":"x",}'],
  ['with a comment', '{"name":"x"/**/}'],
  ['with NaN', '{"name":NaN}'],
  ['with a raw control character', '{"name":"a\nb"}'],
  ['with a NUL byte behind it', '{"name":"x"}\0'],
  ['that sets a prototype', '{"name":"x","__proto__":{"admin":true}}'],
  ['that sets a prototype, escaped', '{"name":"x","\\u005f_proto__":{"admin":true}}'],
  ['that sets a prototype deep inside', '{"name":"x","metadata":{"__proto__":{"admin":true}}}'],
  ['that reaches for a constructor', '{"name":"x","constructor":{"prototype":{"admin":true}}}'],
  ['of invalid UTF-8', Buffer.from('{"name":"\xff\xfe\xc0\x80"}', 'latin1')],
])('a body %s is refused', async (_, body) => {
  await expectRefusal(keys, post(body), 400)
})

test.each<[string, unknown]>([
  ['null', 'null'],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['a number', '1'],
  ['nothing known', {}],
  [
    'what only the server decides',
    { name: 'x', organizationId: 'org_x', status: 'active', digest: 'x', createdBy: {} },
  ],
  ['inherited names', { name: 'x', toString: 'x', hasOwnProperty: 'x' }],
  ['a number for a text', { name: 1 }],
  ['a text for a number', { name: 'x', rateLimit: { limit: '1', windowSeconds: 1 } }],
  ['a list for a text', { name: ['x'] }],
  ['an empty name', { name: '' }],
  ['a name of blanks', { name: ' \t\u00a0' }],
  ['a name beyond its length', { name: 'x'.repeat(101) }],
  ['half of a surrogate pair', '{"name":"\\ud800"}'],
  ['half of a surrogate pair in metadata', '{"name":"x","metadata":{"a":"\\udfff"}}'],
  ['a scope outside the catalogue', { name: 'x', scopes: ['visitors:fly'] }],
  ['scopes that are none', { name: 'x', scopes: ['', ':', '*:*', 'visitors:', 'toString'] }],
  ['an access level beside scopes', { name: 'x', accessLevel: 'read', scopes: ['visitors:read'] }],
  ['an inherited name as access level', { name: 'x', accessLevel: 'constructor' }],
  ['an inherited name as environment', { name: 'x', environment: '__proto__' }],
  ['an inherited name as a kind of resource', { name: 'x', resources: { constructor: ['x'] } }],
  ['an empty list of resources', { name: 'x', resources: { site: [] } }],
  ['a range of addresses that is none', { name: 'x', allowedIps: ['10.0.0.0/33'] }],
  ['an octal address', { name: 'x', allowedIps: ['010.1.1.1'] }],
  ['an infinite number', '{"name":"x","credits":{"remaining":1e999}}'],
  ['a fraction of a credit', { name: 'x', credits: { remaining: 0.5 } }],
  ['an expiry in the past', { name: 'x', expiresAt: '2001-01-01T00:00:00Z' }],
  ['an expiry in words', { name: 'x', expiresAt: 'tomorrow' }],
  ['an expiry on no day', { name: 'x', expiresAt: '2031-02-30T00:00:00Z' }],
  ['an expiry in a second that clocks here do not count', { name: 'x', expiresAt: '2030-12-31T23:59:60Z' }],
  ['an expiry with half an offset', { name: 'x', expiresAt: '2030-12-31T23:59:59+05' }],
  ['metadata within metadata', { name: 'x', metadata: { a: { b: 1 } } }],
  ['metadata within metadata behind a line break', { name: 'x', metadata: { 'a\nb': { c: [1] } } }],
  ['metadata under an endless name', { name: 'x', metadata: { ['a'.repeat(300)]: 1 } }],
  [
    'too much metadata',
    { name: 'x', metadata: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, at])) },
  ],
])('a key with %s is refused, and none is created', async (_, body) => {
  const before = await listedKeys()
  await expectRefusal(keys, post(body), 400)
  expect(await listedKeys()).toBe(before)
})

async function listedKeys(): Promise<number> {
  const { body } = await operator.connection.send<{ items: unknown[] }>(`${keys}?limit=100`)
  return body.items.length
}

test('nesting without end is refused without harm', async () => {
  const depth = 30_000
  await expectRefusal('/v1/keys/verify', post(`{"key":${'['.repeat(depth)}${']'.repeat(depth)}}`), 400)
  await expectRefusal(keys, post(`{"name":"x","metadata":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`), 400)
})

test('of two values under one name the answer is the same as for the last alone, or a refusal', async () => {
  const answer = await operator.connection.send<{ code?: VerdictCode }>('/v1/keys/verify', post('{"key":1,"key":"x"}'))
  expect([200, 400]).toContain(answer.status)
  await expectRefusal('/v1/keys/verify', post('{"key":"x","key":1}'), 400)
})

test.each([
  'text/plain',
  'text/html',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'application/jsonx',
  'application/vnd.api+json',
  'json',
  '*/*',
  ';',
])('a body of type %s is refused', async (type) => {
  await expectRefusal('/v1/keys/verify', post('{"key":"x"}', { 'content-type': type }), 415)
})

test('a compressed body is refused', async () => {
  await expectRefusal('/v1/keys/verify', post(gzipSync('{"key":"x"}'), { 'content-encoding': 'gzip' }), 400, 415)
})

test.each([
  '//',
  '/v1',
  '/v1/organizations/',
  '/V1/organizations',
  '/v1//organizations',
  '/v1/organizations/../../etc/passwd',
  '/v1/organizations/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '/v1/organizations/..%5c..%5cwindows',
  '/v1/organizations/%00',
  '/v1/organizations/%zz',
  '/v1/organizations/%',
  '/v1/organizations/%ff%fe',
  `/v1/organizations/${'a'.repeat(5_000)}`,
  "/v1/organizations/' or 1=1 --",
  '/v1/organizations/constructor',
  '/v1/organizations/__proto__/keys',
  '/server-key',
  '/.git/config',
])('the path %s leads nowhere', async (path) => {
  await expectRefusal(encodeURI(path).replaceAll('%25', '%'), { method: 'GET' }, 400, 404)
})

test('what a list cannot mean is refused', async () => {
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'colour=red',
  ]) {
    await expectRefusal(`${keys}?${query}`, { method: 'GET' }, 400)
  }
  for (const cursor of [
    '',
    'x',
    '%00',
    'bnVsbA',
    'W10',
    'e30',
    'a'.repeat(600),
    Buffer.from('[9,"x"]').toString('base64url'),
  ]) {
    await expectRefusal(`${keys}?cursor=${cursor}`, { method: 'GET' }, 400)
  }
})

interface Description {
  paths: Record<string, Record<string, { requestBody?: unknown; security?: Record<string, unknown>[] }>>
}

/** What anybody may ask. */
const OPEN = ['GET /healthz', 'GET /readyz', 'GET /v1/product', 'GET /v1/auth/methods', 'POST /v1/invitations/preview']

describe('every route of the OpenAPI document', () => {
  const bodies: unknown[] = [
    '{',
    'null',
    '[]',
    '0',
    '""',
    '{}',
    '{"__proto__":{}}',
    { '': '' },
    { toString: 1, constructor: 1, hasOwnProperty: 1, valueOf: 1 },
    { metadata: { 'a\nb': [] }, resources: { 'a\nb': 1 } },
    { key: null },
    { key: {} },
    { name: 'x'.repeat(60_000) },
    { name: 'x', scopes: Array.from({ length: 500 }, () => 'x:y') },
    Buffer.from([0xff, 0xfe, 0x00]),
    '\ufeff{}',
    { graceSeconds: -1 },
    { graceSeconds: 1e300 },
    { reason: '__proto__' },
    { expiresAt: '2030-12-31T23:59:60Z' },
    '{"name":"\\ud800","note":"\\ud800","key":"\\ud800"}',
    { name: 'x', externalId: '\u0000' },
  ]
  const ids = ['x', '%00', '%2f', 'org_0000000000000000000000', "'", '__proto__', 'a'.repeat(100), '%F0%9F%94%91']

  test('answers no hostile request with an internal error, and nobody without a credential', async () => {
    const nobody = new Connection(server.address)
    const { body: description } = await nobody.send<Description>('/openapi.json')
    const faults: string[] = []
    const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
    )
    expect(routes.length).toBeGreaterThan(10)
    const note = (about: string, { status, headers, raw }: Answer<unknown>) => {
      if (status >= 500 || headers['x-request-id'] === undefined) faults.push(`${about}: ${raw}`)
    }
    for (const { method, path, requestBody, security } of routes) {
      const own = path.replace('{organization}', keys.split('/')[3] as string).replace('{key}', key)
      for (const id of ids) {
        const target = path.replaceAll(/\{\w+\}/g, id)
        note(`${method} ${target}`, await operator.connection.send(target, { method }))
      }
      for (const body of requestBody === undefined ? [] : bodies) {
        note(`${method} ${own} ${JSON.stringify(body)}`, await operator.connection.send(own, { method, body }))
      }
      const { status } = await nobody.send(own, { method })
      // What people do comes from the server's own pages, or it is not even asked who they are.
      const refused = security?.some((way) => 'serviceKey' in way || 'key' in way) ? [401] : [401, 403]
      if (!OPEN.includes(`${method} ${path}`) && !refused.includes(status))
        faults.push(`${method} ${own}: ${status} without a credential`)
    }
    nobody.close()
    expect(faults).toEqual([])
  })
})

test('after all of that the server still answers, and everything it kept is whole', async () => {
  expect(await findHalfDone(server.dataDir)).toEqual([])
  expect((await operator.connection.send('/readyz')).status).toBe(200)
  expect((await server.stop()).code).toBe(0)
})
