import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { createClient } from './index.ts'

// Real sockets, answering what a Claviger never answers: what may stand where one is expected.

const running: (() => void)[] = []
afterEach(() => {
  for (const stop of running.splice(0)) stop()
})

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  running.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const KEY = 'clv_secret-that-must-not-appear'

async function answered(status: number, type: string, body: string, more: Record<string, string> = {}) {
  const url = await listen((_request, response) =>
    response.writeHead(status, { 'content-type': type, ...more }).end(body),
  )
  return createClient({ url, key: KEY })
}

const json = (value: unknown) => JSON.stringify(value)
const isUnexpected = { name: 'ClavigerError', code: 'UNEXPECTED_ANSWER' }

describe('an answer that is not ours is UNEXPECTED_ANSWER', () => {
  test.each([
    ['a page of HTML', 200, 'text/html', '<h1>Welcome</h1>'],
    ["a proxy's error page", 502, 'text/html; charset=utf-8', '<h1>Bad Gateway</h1>'],
    ['a JSON error of somebody else', 404, 'application/json', json({ message: 'no such page' })],
    ['an error that is only a word', 500, 'application/json', json({ error: 'oops' })],
    ['JSON that is no object', 200, 'application/json', json([1, 2])],
    ['JSON without what the route answers with', 200, 'application/json', json({ items: [] })],
    ['broken JSON', 200, 'application/json', '{"items": ['],
    ['nothing at all', 200, 'application/json', ''],
  ])('%s', async (_name, status, type, body) => {
    const client = await answered(status, type, body, { 'x-request-id': 'req_1' })
    await expect(client.organizations.list()).rejects.toMatchObject({ ...isUnexpected, status, requestId: 'req_1' })
  })

  test('and its text is not quoted', async () => {
    const client = await answered(502, 'text/html', '<h1>internal words</h1>')
    const error = await client.organizations.list().catch((thrown: unknown) => thrown)
    expect(inspect(error)).not.toContain('internal words')
  })

  test('a redirect is not followed, so no question goes where an answer points', async () => {
    let asked = 0
    const elsewhere = await listen((_request, response) => {
      asked += 1
      response.end(json({ valid: true, code: 'VALID' }))
    })
    const client = await answered(307, 'text/plain', '', { location: `${elsewhere}/v1/keys/verify` })
    await expect(client.keys.verify({ key: 'k' })).rejects.toMatchObject({ ...isUnexpected, status: 307 })
    expect(asked).toBe(0)
  })

  test.each([
    ['a yes that is a word', { valid: 'yes', code: 'VALID' }],
    ['a yes with a reason against it', { valid: true, code: 'REVOKED' }],
    ['a yes without a code', { valid: true }],
    ['a no with the code of a yes', { valid: false, code: 'VALID' }],
  ])('%s is no verdict', async (_name, answer) => {
    const client = await answered(200, 'application/json', json(answer))
    await expect(client.keys.verify({ key: 'k' })).rejects.toMatchObject(isUnexpected)
  })

  test('a page that names itself as the next one ends the iteration', async () => {
    const client = await answered(200, 'application/json', json({ items: [{ id: 'org_1' }], nextCursor: 'again' }))
    const iterate = async () => {
      for await (const _ of client.organizations.all());
    }
    await expect(iterate()).rejects.toMatchObject(isUnexpected)
  })
})

describe('no answer is UNREACHABLE', () => {
  test('where nobody listens', async () => {
    const url = await listen(() => {})
    for (const stop of running.splice(0)) stop()
    const error = await createClient({ url, key: KEY })
      .health.live()
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'UNREACHABLE', status: null, requestId: null })
    expect((error as Error).message).toBe(`${new URL(url).host} cannot be reached (ECONNREFUSED).`)
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(KEY)
  })

  test('where it takes longer than the client waits', async () => {
    const client = createClient({ url: await listen(() => {}), key: KEY, timeoutMs: 50 })
    const error = await client.health.live().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'UNREACHABLE' })
    expect((error as Error).message).toContain('within 50 ms')
  })

  test('where an answer begins and does not end in time', async () => {
    const url = await listen((_request, response) => void response.write('{"status":'))
    const client = createClient({ url, key: KEY, timeoutMs: 100 })
    await expect(client.health.live()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('where the connection breaks off', async () => {
    const client = createClient({ url: await listen((request) => request.socket.destroy()), key: KEY })
    await expect(client.health.live()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe("a caller's own signal", () => {
  test('gives a call up with its own reason', async () => {
    const client = createClient({ url: await listen(() => {}), key: KEY })
    const controller = new AbortController()
    const call = client.keys.verify({ key: 'k' }, { signal: controller.signal })
    controller.abort(new Error('changed my mind'))
    await expect(call).rejects.toThrow('changed my mind')
  })

  test('that is over already sends nothing', async () => {
    let asked = 0
    const fetch = async () => {
      asked += 1
      return new Response()
    }
    const client = createClient({ url: 'http://127.0.0.1:9', key: KEY, fetch })
    await expect(client.health.live({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    expect(asked).toBe(0)
  })
})

describe('what is sent', () => {
  async function sent(use: (url: string) => Promise<unknown>): Promise<IncomingMessage> {
    let seen: IncomingMessage | undefined
    const url = await listen((request, response) => {
      seen = request
      response.writeHead(200).end(json({ status: 'ok', id: '', plan: '', items: [], nextCursor: null }))
    })
    await use(url)
    if (!seen) throw new Error('nothing was sent')
    return seen
  }

  test('the credential and a user agent with the version, or the one that was chosen', async () => {
    const { headers } = await sent((url) => createClient({ url, key: KEY }).health.live())
    expect(headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'user-agent': expect.stringMatching(/^claviger-sdk\/\d/),
    })
    const chosen = await sent((url) => createClient({ url, key: KEY, userAgent: 'mine/2' }).health.live())
    expect(chosen.headers['user-agent']).toBe('mine/2')
  })

  test("a path in front of the server's routes is kept", async () => {
    const { url } = await sent((at) => createClient({ url: `${at}/keys/`, key: KEY }).health.live())
    expect(url).toBe('/keys/healthz')
  })

  test('an id stays one segment, whatever is in it', async () => {
    const id = 'a/b?c#d%2e e\u00fc'
    const { url } = await sent((at) => createClient({ url: at, key: KEY }).organizations.get(id))
    expect(url).toBe('/v1/organizations/a%2Fb%3Fc%23d%252e%20e%C3%BC')
  })

  test('only what was given stands in the query', async () => {
    const plain = await sent((at) => createClient({ url: at, key: KEY }).organizations.list())
    expect(plain.url).toBe('/v1/organizations')
    const full = await sent((at) => createClient({ url: at, key: KEY }).organizations.list({ limit: 2, cursor: 'a&b' }))
    expect(full.url).toBe('/v1/organizations?limit=2&cursor=a%26b')
  })
})

describe('misuse is a TypeError', () => {
  test.each([
    ['no options', undefined],
    ['no address', { key: KEY }],
    ['an address that is none', { url: 'localhost:4280', key: KEY }],
    ['an address of another kind', { url: 'ftp://example.com', key: KEY }],
    ['an address with a password in it', { url: 'http://me:hidden@example.com', key: KEY }],
    ['an address with a query', { url: 'http://example.com/?a=1', key: KEY }],
    ['no key', { url: 'http://example.com' }],
    ['an empty key', { url: 'http://example.com', key: '' }],
    ['a key with a line break', { url: 'http://example.com', key: `${KEY}\n` }],
    ['no time at all', { url: 'http://example.com', key: KEY, timeoutMs: 0 }],
    ['more time than a timer holds', { url: 'http://example.com', key: KEY, timeoutMs: 2 ** 31 }],
    ['a user agent with a line break', { url: 'http://example.com', key: KEY, userAgent: 'a\r\nb: c' }],
    ['a fetch that is none', { url: 'http://example.com', key: KEY, fetch: 'fetch' }],
  ])('%s', (_name, options) => {
    const create = () => createClient(options as Parameters<typeof createClient>[0])
    expect(create).toThrow(TypeError)
    expect(create).not.toThrow(/must-not-appear|hidden/)
  })

  test.each(['', '.', '..', '\ud800', undefined, 7])('an id that is %j', async (id) => {
    const client = createClient({ url: 'http://127.0.0.1:9', key: KEY })
    await expect(client.organizations.get(id as string)).rejects.toBeInstanceOf(TypeError)
    await expect(client.keys.rotate('org_1', id as string)).rejects.toBeInstanceOf(TypeError)
    await expect(client.organizations.usageByKey('org_1', [id as string])).rejects.toBeInstanceOf(TypeError)
  })
})
