import fc from 'fast-check'
import { TEST_URL } from '../testing/test-domain.ts'
import { type FuzzedRequest, POOL_NAMES } from './fuzz-pool.fixture.ts'
import type { FuzzServer } from './fuzz-server.fixture.ts'
import { type Operation, operationsOf, requestSchema, type Schema } from './openapi-document.fixture.ts'
import { ENVIRONMENTS, KINDS, LEVELS, PLANS, SCOPES } from './proof-product.fixture.ts'
import { type Hints, valuesOf } from './schema-arbitrary.fixture.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const

const scopes = fc.array(fc.constantFrom(...Object.keys(SCOPES), 'doc:*', '*', 'ghost:read'), { maxLength: 4 })

/** Of the right kind more often than not, so that requests get behind the first check. */
const HINTS: Hints = {
  scopes,
  key: fc.constantFrom(POOL_NAMES.secret, 'rubbish', ''),
  token: fc.constantFrom(POOL_NAMES.secret, 'rubbish'),
  organizationId: fc.constantFrom(POOL_NAMES.organization, 'org_none'),
  environment: fc.constantFrom(...ENVIRONMENTS.map(({ id }) => id), null),
  accessLevel: fc.constantFrom(...Object.keys(LEVELS)),
  plan: fc.constantFrom(...Object.keys(PLANS)),
  resources: fc.dictionary(
    fc.constantFrom(...KINDS),
    fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 2 }),
  ),
  allowedIps: fc.array(
    fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4().map((ip) => `${ip}/8`),
    ),
    { maxLength: 3 },
  ),
  ip: fc.oneof(fc.ipV4(), fc.ipV6()),
  to: fc.constantFrom(POOL_NAMES.person, 'usr_none'),
  email: fc.constantFrom('ada@example.com', 'nobody@example.com'),
  // Each guess costs the time that hashing takes.
  password: fc.constantFrom('correct horse battery', 'x'),
  expiresAt: fc.constantFrom('2030-01-01T00:00:00Z', null),
}

/** Any request, from almost right to rubbish, at any route. */
export function fuzzOf(server: FuzzServer): fc.Arbitrary<FuzzedRequest> {
  const operations = operationsOf(server.document).map(({ method, path, operation }) =>
    fc.record({
      method: mostly(fc.constant(method.toUpperCase() as FuzzedRequest['method']), fc.constantFrom(...METHODS)),
      url: urlsOf(path, operation, server),
      headers: headersOf(server),
      payload: mostly(payloadsOf(operation, server), fc.constant(undefined)),
    }),
  )
  return fc.oneof(...operations)
}

const ALWAYS: ('authorization' | 'content-type' | 'cookie' | 'origin')[] = [
  'authorization',
  'content-type',
  'cookie',
  'origin',
]

function mostly<T, U>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<U>, weight = 6): fc.Arbitrary<T | U> {
  return fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: other })
}

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '..', '%00', 'constructor', '__proto__', "' or 1=1 --", 'x'.repeat(101), '\0', '🔑'),
)

function urlsOf(path: string, { parameters = [] }: Operation, server: FuzzServer): fc.Arbitrary<string> {
  const steps = path.split('/').map((step) => {
    const name = /^\{(.*)\}$/.exec(step)?.[1]
    if (name === undefined) return fc.constant(step)
    const own = path.startsWith('/v1/service-keys') ? 'serviceKey' : (name as keyof typeof POOL_NAMES)
    return mostly(fc.constant(POOL_NAMES[own] as string), odd.map(encoded), 12)
  })
  const query = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => [name, mostly(valuesOf(schema, HINTS).map(String), odd, 8)] as const)
  const known = fc.record(Object.fromEntries(query), { requiredKeys: [] })
  const unknown = fc.dictionary(fc.string({ maxLength: 10 }), fc.constantFrom('1', server.bystander, 'x'), {
    maxKeys: 1,
  })
  return fc.tuple(fc.tuple(...steps), mostly(fc.constant({}), unknown, 12), known).map(([parts, ...queries]) => {
    const asked = queries
      .flatMap((each) => Object.entries(each))
      .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    return parts.join('/') + (asked.length === 0 ? '' : `?${asked.join('&')}`)
  })
}

/** Names of the pool's parts stay as they are. */
function encoded(text: string): string {
  return /^<\w+>$/.test(text) ? text : encodeURIComponent(text)
}

function headersOf({ operator, bound, bystander }: FuzzServer): fc.Arbitrary<Record<string, string>> {
  const ascii = fc.stringMatching(/^[\x21-\x7e]{0,30}$/)
  const credential = fc.oneof(
    { weight: 14, arbitrary: fc.constant(operator) },
    { weight: 3, arbitrary: fc.constantFrom(bound, POOL_NAMES.secret) },
    { weight: 1, arbitrary: ascii },
  )
  return fc
    .record(
      {
        authorization: mostly(
          credential.map((secret) => `Bearer ${secret}`),
          ascii,
          16,
        ),
        // With a service key in it the session of a request counts for nothing, and without one it does.
        cookie: mostly(fc.constant(POOL_NAMES.cookie as string), ascii),
        origin: mostly(fc.constant(TEST_URL), ascii, 12),
        'content-type': mostly(
          fc.constant('application/json'),
          fc.constantFrom(
            'text/plain',
            'application/x-www-form-urlencoded',
            'multipart/form-data',
            ';',
            '',
            'application/json; charset=utf-16',
          ),
          16,
        ),
        // Not the bystander's: its holder may end it.
        'x-api-key': fc.constantFrom(POOL_NAMES.secret as string, operator, 'x'),
        'idempotency-key': fc.oneof(fc.constantFrom('again', bystander), ascii),
        'if-match': fc.constantFrom('"1"', '*', '1', '"x"', '"99999999999999999"'),
        'x-forwarded-for': fc.oneof(fc.ipV4(), ascii),
        'user-agent': mostly(ascii, fc.constant(operator)),
        accept: fc.constantFrom('*/*', 'text/html', 'application/xml'),
      },
      { requiredKeys: ALWAYS },
    )
    .chain((all) => subsetOf(all))
}

/** Rare headers are rare: most requests are not about them. */
function subsetOf(all: Partial<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const entries = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const always = entries.filter(([name]) => ALWAYS.some((one) => one === name))
  const rare = entries.filter((entry) => !always.includes(entry))
  return mostly(
    fc.constant(always),
    fc.subarray(rare).map((some) => [...always, ...some]),
    2,
  ).map(Object.fromEntries)
}

function payloadsOf(operation: Operation, server: FuzzServer): fc.Arbitrary<string | Buffer | undefined> {
  const schema = requestSchema(operation)
  if (schema === undefined) return fc.constant(undefined)
  const fitting = valuesOf(schema, HINTS)
  return fc.oneof(
    { weight: 8, arbitrary: fitting.map((body) => JSON.stringify(body)) },
    { weight: 4, arbitrary: bent(schema, fitting, server) },
    { weight: 1, arbitrary: fc.jsonValue().map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 3_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
    },
  )
}

/** Right but for one member: of another kind, unknown, or one that is a secret in the wrong place. */
function bent(
  schema: Schema,
  fitting: fc.Arbitrary<unknown>,
  { bystander, operator }: FuzzServer,
): fc.Arbitrary<string> {
  const names = Object.keys((schema.properties ?? {}) as object)
  const name = fc.oneof(
    fc.constantFrom(...names, 'organizationId', 'status', '__proto__', 'constructor', bystander),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(null, '', [], {}, 1e308, -1, '\u0000', '\ud800', [bystander], operator),
  )
  return fc.tuple(fitting, name, value).map(([body, at, what]) => {
    const members = Object.entries(body as object).filter(([member]) => member !== at)
    return JSON.stringify(Object.fromEntries([...members, [at, what]]))
  })
}
