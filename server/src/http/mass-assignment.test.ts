import { describe, expect, test } from 'vitest'
import { operationsOf, requestSchema, type Schema } from '../proofs/openapi-document.fixture.ts'
import { signedIn } from '../testing/browser.ts'
import { startWithOrganization } from './organization.fixture.ts'

/** What only the server decides. */
const ITS_OWN = [
  'id',
  'organizationId',
  'status',
  'digest',
  'secret',
  'prefix',
  'catalogue',
  'createdBy',
  'createdAt',
  'updatedAt',
  'revokedAt',
  'suspendedAt',
  'lastUsedAt',
  'previousSecret',
  'version',
  'boundTo',
  'role',
  'operator',
  'owner',
  'personId',
  'invitedBy',
  'emailVerified',
  'twoFactor',
  'confirmedAt',
  'constructor',
  'toString',
]

async function start() {
  const server = await startWithOrganization()
  const { key } = await server.create({ scopes: ['records:read'] })
  const document = (await server.call('GET', '/openapi.json')).body
  const bodies = operationsOf(document).flatMap(({ method, path, operation }) => {
    const schema = requestSchema(operation)
    return schema ? [{ method, path, schema }] : []
  })
  expect(bodies.length).toBeGreaterThan(15)
  // Where a service key is not looked at, it is the session that lets the request in.
  const { browser } = await signedIn(server)
  return { ...server, key, bodies, headers: browser.headers }
}

describe('every body', () => {
  test('that names what only the server decides is refused by that name, and nothing has changed', async () => {
    const { bodies, call, organization, key, base, usage, headers } = await start()
    const look = async () => {
      // Being asked counts as use, and is no change.
      await usage.flush()
      return [
        (await call('GET', base)).body,
        (await call('GET', `${base}/keys`)).body,
        (await call('GET', '/v1/service-keys')).body,
      ]
    }
    const before = await look()
    for (const { method, path, schema } of bodies) {
      const url = path.replace('{organization}', organization.id).replace('{key}', key.id)
      // The holder's route is asked with no key of a holder; it looks at the body first.
      for (const name of ITS_OWN.filter((each) => !Object.hasOwn(schema.properties as object, each))) {
        const verb = method.toUpperCase() as 'POST'
        const { status, body } = await call(verb, url, { headers, body: { [name]: 'x' } })
        expect([status, body.error.code], `${method} ${path} ${name}`).toEqual([400, 'VALIDATION_FAILED'])
        expect(body.error.details[name], `${method} ${path} ${name}`).toEqual([
          'is not a property known here; remove it',
        ])
      }
    }
    expect(await look()).toEqual(before)
  })

  test('is closed in all its depth: no object in it takes a member that is not named, or not of the form named', async () => {
    const { bodies } = await start()
    for (const { method, path, schema } of bodies) expect(openObjects(schema), `${method} ${path}`).toEqual([])
  })
})

test('everything that a request can hold has a bound of its own', async () => {
  const { bodies, call } = await start()
  const document = (await call('GET', '/openapi.json')).body
  for (const { method, path, schema } of bodies) {
    // Whatever is sent as a key gets a verdict; it is bounded by the body.
    const secrets = [...unbounded(schema)].filter(
      (at) => !/^(\/properties\/items\/items)?\/properties\/(key|token)$/.test(at),
    )
    expect(secrets, `${method} ${path}`).toEqual([])
  }
  for (const { method, path, operation } of operationsOf(document)) {
    for (const { name, schema } of operation.parameters ?? []) {
      expect(name === 'If-Match' ? [] : unbounded(schema), `${method} ${path} ${name}`).toEqual([])
    }
  }
})

/** Where in a schema a text, a list or an object with names of the caller's choice may be of any size. */
function unbounded(schema: unknown, at = ''): string[] {
  if (schema === null || typeof schema !== 'object') return []
  const {
    type,
    enum: choices,
    const: only,
    format,
    pattern,
    maxLength,
    maxItems,
    maxProperties,
    properties,
  } = schema as Schema
  const fixed =
    choices !== undefined || only !== undefined || format === 'date-time' || /\{\d+(?:,\d+)?\}\$$/.test(String(pattern))
  const open =
    (type === 'string' && !fixed && maxLength === undefined) ||
    (type === 'array' && maxItems === undefined) ||
    (type === 'object' && properties === undefined && maxProperties === undefined)
  const parts = at.endsWith('/examples') ? [] : Object.entries(schema)
  const inner = parts.flatMap(([name, value]) => unbounded(value, `${at}/${name}`))
  // Without members at all there is nothing to bound.
  return open && !(type === 'object' && (schema as Schema).additionalProperties === false) ? [at, ...inner] : inner
}

/** Where in a schema an object takes more than it says. */
function openObjects(schema: unknown, at = ''): string[] {
  if (schema === null || typeof schema !== 'object') return []
  const { type, additionalProperties } = schema as Schema
  // Names of the caller's own choice are described by their values, which are never objects themselves.
  const open = type === 'object' && additionalProperties !== false && !isScalar(additionalProperties)
  const inner = Object.entries(schema).flatMap(([name, value]) => openObjects(value, `${at}/${name}`))
  return open ? [at, ...inner] : inner
}

function isScalar(schema: unknown): boolean {
  const described = JSON.stringify(schema ?? null)
  return described.includes('"type"') && !described.includes('"object"')
}
