import { beforeAll, describe, expect, test } from 'vitest'
import { expectEnvelope } from './error-envelope.ts'
import { exchangeBytes, type RawExchange } from './raw-exchange.ts'
import { type RunningServer, startServer } from './running-server.ts'

const HOST = 'Host: claviger\r\n'
const CLOSE = 'Connection: close\r\n'
const JSON_TYPE = 'Content-Type: application/json\r\n'
/** What a request may take to arrive, and some time to notice it. */
const GIVEN_UP_WITHIN_MS = 12_500

let server: RunningServer
let authorization = ''

beforeAll(async () => {
  server = await startServer({ profile: 'visitly' })
  authorization = `Authorization: Bearer ${await server.createServiceKey()}\r\n`
})

function verifyHead(headers: string): string {
  return `POST /v1/keys/verify HTTP/1.1\r\n${HOST}${authorization}${JSON_TYPE}${headers}\r\n`
}

async function expectRefusal(bytes: readonly (string | Buffer)[], ...statuses: number[]): Promise<RawExchange> {
  const exchange = await exchangeBytes(server.port, bytes)
  const about = JSON.stringify(bytes.map(String)).slice(0, 200)
  const [answer, ...more] = exchange.answers
  expect(exchange.closed, about).toBe(true)
  expect({ answered: answer !== undefined, more, rest: exchange.rest }, about).toEqual({
    answered: true,
    more: [],
    rest: '',
  })
  if (answer) {
    expect(statuses, about).toContain(answer.status)
    expectEnvelope({ ...answer, header: (name) => answer.headers.get(name) }, about)
    expect(answer.headers.get('x-content-type-options'), about).toBe('nosniff')
    expect(answer.headers.get('cache-control'), about).toBe('no-store')
  }
  return exchange
}

describe.concurrent('bytes that are no request get the error envelope and a closed connection', {
  timeout: 30_000,
}, () => {
  test.each<[string, string | Buffer]>([
    ['a TLS handshake', Buffer.concat([Buffer.from('16030100a5010000a10303', 'hex'), Buffer.alloc(200)])],
    ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['NUL bytes', Buffer.alloc(64)],
    ['noise', Buffer.from(Array.from({ length: 256 }, (_, byte) => 255 - byte))],
    ['words', 'let me in please\r\n\r\n'],
    ['a method that nobody knows', `FROBNICATE /healthz HTTP/1.1\r\n${HOST}${CLOSE}\r\n`],
    ['a version that does not exist', `GET /healthz HTTP/7.3\r\n${HOST}\r\n`],
    ['a NUL in the path', `GET /health\0z HTTP/1.1\r\n${HOST}\r\n`],
    ['a NUL in a header', `GET /healthz HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`],
    ['bytes above ASCII in the path', Buffer.from(`GET /\xff\xfe HTTP/1.1\r\n${HOST}\r\n`, 'latin1')],
    ['a blank in the path', `GET /heal thz HTTP/1.1\r\n${HOST}\r\n`],
    ['a folded header', `GET /healthz HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`],
    ['a header without a name', `GET /healthz HTTP/1.1\r\n${HOST}: a\r\n\r\n`],
    ['bare line feeds', 'GET /healthz HTTP/1.1\nHost: x\n\n'],
  ])('%s', async (_, bytes) => {
    await expectRefusal([bytes], 400)
  })

  test('a request without a host', () => expectRefusal([`GET /healthz HTTP/1.1\r\n${CLOSE}\r\n`], 400))

  test('an expectation that cannot be met', () =>
    expectRefusal([`${verifyHead(`${CLOSE}Expect: the-unexpected\r\nContent-Length: 2\r\n`)}{}`], 400))

  test('a request for a tunnel', () =>
    expectRefusal([`CONNECT example.com:443 HTTP/1.1\r\n${HOST}${CLOSE}\r\n`], 400, 404))

  test.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n', '{}'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    ['a length below nothing', 'Content-Length: -2\r\n', '{}'],
    ['a length beyond all numbers', `Content-Length: ${'9'.repeat(30)}\r\n`, '{}'],
    ['a length in words', 'Content-Length: two\r\n', '{}'],
    ['a chunk of no size', 'Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'],
    ['a chunk longer than it says', 'Transfer-Encoding: chunked\r\n', '1\r\n{}\r\n0\r\n\r\n'],
    ['a chunk with endless extensions', 'Transfer-Encoding: chunked\r\n', `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`],
  ])('a body with %s', async (_, headers, body) => {
    await expectRefusal([verifyHead(headers) + body], 400, 413)
  })
})

describe.concurrent('what is larger than accepted is refused before it is read', () => {
  test.each([
    ['a header', `GET /healthz HTTP/1.1\r\n${HOST}X: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a path', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`],
    ['the number of headers', `GET /healthz HTTP/1.1\r\n${HOST}${'X: 1\r\n'.repeat(4_000)}\r\n`],
  ])('%s', async (_, bytes) => {
    await expectRefusal([bytes], 413)
  })

  test('a body that says how long it is', () =>
    expectRefusal([verifyHead(`Content-Length: ${1e9}\r\n`), '{"key":"'], 413))

  test('a body that does not', () =>
    expectRefusal(
      [verifyHead('Transfer-Encoding: chunked\r\n'), `20000\r\n${'x'.repeat(0x20000)}\r\n`, '0\r\n\r\n'],
      413,
    ))
})

test.concurrent('an earlier request on the connection is not answered with the refusal of garbage behind it', async () => {
  const body = JSON.stringify({ key: 'x', scopes: ['no:such'] })
  // The first is answered after a look-up, the garbage is refused at once.
  const first = `${verifyHead(`Content-Length: ${body.length}\r\n`)}${body}`
  const create = `POST /v1/organizations HTTP/1.1\r\n${HOST}${authorization}${JSON_TYPE}Content-Length: 16\r\n\r\n{"name":"twice"}`
  for (const request of [first, create]) {
    const { answers, closed } = await exchangeBytes(server.port, [`${request}GARBAGE\r\n\r\n`])
    expect(closed).toBe(true)
    // Not answered at all is honest: then nobody knows. Answered as not understood is not.
    if (answers[0]) expect(answers[0].body).not.toContain('no HTTP')
  }
})

test.concurrent('HTTP/1.0 and pipelined requests are answered in order', async () => {
  const old = await exchangeBytes(server.port, ['GET /healthz HTTP/1.0\r\n\r\n'])
  expect(old.answers.map(({ status }) => status)).toEqual([200])
  expect(old.closed).toBe(true)
  const three = [
    `GET /healthz HTTP/1.1\r\n${HOST}`,
    `GET /nowhere HTTP/1.1\r\n${HOST}`,
    `GET /readyz HTTP/1.1\r\n${HOST}${CLOSE}`,
  ]
  const pipelined = await exchangeBytes(server.port, [three.map((request) => `${request}\r\n`).join('')])
  expect(pipelined.answers.map(({ status }) => status)).toEqual([200, 404, 200])
})

describe.concurrent('a client that is too slow is answered and cut off in bounded time', () => {
  test.each<[string, () => string]>([
    ['says nothing', () => ''],
    ['stops in its first line', () => 'GET /heal'],
    ['stops in its headers', () => `GET /healthz HTTP/1.1\r\n${HOST}`],
    ['stops in its body', () => `${verifyHead('Content-Length: 100\r\n')}{"key"`],
  ])('that %s', async (_, bytes) => {
    const exchange = await exchangeBytes(server.port, [bytes()], GIVEN_UP_WITHIN_MS)
    expect(exchange.closed, 'the connection is still open').toBe(true)
    for (const answer of exchange.answers) {
      expectEnvelope({ ...answer, header: (name) => answer.headers.get(name) }, 'too slow')
    }
  })
})
