import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AppError, ERROR_CODES, type ErrorCode, type IpRange, inRanges, parseIp } from '@claviger/core'
import { envelope } from './errors.ts'
import type { SecurityHeaders } from './security-headers.ts'
import type { App } from './type-provider.ts'

/** How long a client may take. Node looks for those that took longer at this interval. */
export const CONNECTION_LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 500,
  // Refused below, with an envelope.
  requireHostHeader: false,
} as const

/** Open at a time. The one that is too much is closed at once, and those that nobody uses with it. */
export const MAX_CONNECTIONS = 4_096

/** Nothing was sent or read for so long, and it is not the server that is waited for. */
const IDLE_MS = 10_000

/** Whoever is still sending when the server is told to stop has as long as any request has. */
const DRAIN_MS = CONNECTION_LIMITS.requestTimeout
const LOOK_AGAIN_MS = 100

/** The latest response on each connection. */
const responses = new WeakMap<Socket, ServerResponse>()

/** What an answer needs that is written straight to a socket. */
export interface BareAnswer {
  requestId: string
  headers: SecurityHeaders
}

/** What happens on connections outside any route. */
export function registerConnections(app: App, nextAnswer: () => BareAnswer, trustedProxies: readonly IpRange[]): void {
  const { server } = app
  limitConnections(server, trustedProxies)
  cutUnread(server)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const before = responses.get(request.socket)
    // While the server stops, each answer says that it is the last of its connection. With a request waiting behind it, it
    // is not: that one is being worked on, and its answer would have nowhere to go.
    if (before && !before.headersSent && before.getHeader('connection') === 'close') before.removeHeader('connection')
    responses.set(request.socket, response)
  })
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    refuse(socket, 'MALFORMED_REQUEST', 'This is no proxy.', nextAnswer())
  })
  server.on('checkExpectation', ({ socket }: IncomingMessage) => {
    refuse(socket, 'MALFORMED_REQUEST', 'No expectation but 100-continue is met here.', nextAnswer())
  })
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    // RFC 9112, section 3.2.
    const named = raw.headers.host !== undefined || raw.httpVersionMinor === 0
    done(named ? undefined : new AppError('MALFORMED_REQUEST', 'Send a Host header.'))
  })
  app.addHook('preClose', (done) => {
    // A connection becomes idle when its answer is sent; one that is never finished is cut in the end.
    const looking = setInterval(() => server.closeIdleConnections(), LOOK_AGAIN_MS)
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.once('close', () => {
      clearInterval(looking)
      clearTimeout(cut)
    })
    done()
  })
}

/** One address holds half of them at most, unless it is a proxy and speaks for many. */
function limitConnections(server: Server, trustedProxies: readonly IpRange[]): void {
  const held = new Map<string, number>()
  server.maxConnections = MAX_CONNECTIONS
  server.on('drop', () => server.closeIdleConnections())
  server.on('connection', (socket) => {
    const { remoteAddress = '' } = socket
    const ip = parseIp(remoteAddress)
    if (ip !== null && inRanges(ip, trustedProxies)) return
    const now = held.get(remoteAddress) ?? 0
    if (now >= server.maxConnections / 2) return void socket.destroy()
    held.set(remoteAddress, now + 1)
    socket.once('close', () => {
      const left = (held.get(remoteAddress) ?? 1) - 1
      if (left > 0) held.set(remoteAddress, left)
      else held.delete(remoteAddress)
    })
  })
}

/** A client that does not read its answer would hold it, and the connection, for ever. */
function cutUnread(server: Server): void {
  server.setTimeout(IDLE_MS, (socket) => {
    const response = responses.get(socket)
    // Of an answer that is still being made there may be nothing to read yet.
    const awaited = response && !response.writableEnded && socket.writableLength === 0
    if (!awaited) socket.destroy()
  })
}

/** Bytes that are no HTTP request never reach a route; they too get the envelope. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, answer: BareAnswer): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const response = responses.get(socket)
  if (response && !response.writableFinished && response.req.complete) {
    // The request before it is still being answered, and this must not be taken for the answer.
    response.once('close', () => socket.destroySoon())
    return
  }
  refuse(socket, ...(REASONS[error.code ?? ''] ?? NO_REQUEST), answer)
}

const NO_REQUEST: [ErrorCode, string] = ['MALFORMED_REQUEST', 'These bytes are no HTTP/1.1 request.']
const REASONS: Readonly<Record<string, [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['PAYLOAD_TOO_LARGE', 'The headers are larger than this server accepts.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['MALFORMED_REQUEST', 'The request took too long to arrive.'],
}

function refuse(socket: Socket, code: ErrorCode, message: string, { requestId, headers }: BareAnswer): void {
  const body = JSON.stringify(envelope(new AppError(code, message), requestId))
  const { status } = ERROR_CODES[code]
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
