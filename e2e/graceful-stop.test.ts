import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Connection, Unanswered } from './connection.ts'
import { Operator } from './operator.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { findHalfDone } from './stored-changes.ts'

const STOPS = 2
const VERIFYING = 12
const CHANGING = 4
/** Well below the time that a server keeps idle connections: nobody waits for those. */
const STOPPED_WITHIN_MS = 5_000
/** What a request may take to arrive, and some time to notice it. */
const GIVEN_UP_WITHIN_MS = 13_000

/** A client on one connection that never pauses between two requests. */
interface Client {
  operator: Operator
  answered: number
  /** Began before the signal was sent, and was not answered. */
  dropped: number
}

interface Use {
  key: string
  askedAt: number
  answeredAt: number
}

test('SIGTERM answers what was accepted, and last-used times are exact afterwards', async () => {
  let server = await startServer({ profile: 'visitly' })
  const serviceKey = await server.createServiceKey()
  const { id: organization } = await new Operator(server.address, serviceKey).createOrganization({ name: 'stopping' })

  for (let stop = 1; stop <= STOPS; stop++) {
    const { address } = server
    const moment = { signalledAt: Number.POSITIVE_INFINITY }
    const issuer = new Operator(address, serviceKey)
    const keys: { id: string; secret: string }[] = []
    for (let at = 0; at < VERIFYING; at++) {
      const { key, secret } = await issuer.createKey(organization, { name: 'used' })
      keys.push({ id: key.id, secret })
    }
    // The issuer's own connection is idle from here on, and must not keep the server from stopping.
    const clients = Array.from(
      { length: VERIFYING + CHANGING },
      (): Client => ({ operator: new Operator(address, serviceKey), answered: 0, dropped: 0 }),
    )
    const lastUses = new Map<string, Use>()
    const created: string[] = []
    const load = clients.map((client, at) =>
      repeat(client, moment, async () => {
        const used = keys[at]
        if (used) lastUses.set(used.id, await use(client.operator, used))
        else created.push((await client.operator.createKey(organization, { name: 'while stopping' })).key.id)
      }),
    )
    while (clients.some(({ answered }) => answered < 3)) await Promise.race([sleep(1), Promise.all(load)])
    moment.signalledAt = performance.now()
    const ended = await server.stop()
    const tookMs = performance.now() - moment.signalledAt
    await Promise.all(load)

    expect({ code: ended.code, signal: ended.signal }).toEqual({ code: 0, signal: null })
    expect(tookMs).toBeLessThan(STOPPED_WITHIN_MS)
    expect(clients.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(0)
    await expect(new Connection(address).send('/healthz')).rejects.toThrow(Unanswered)
    expect(await findHalfDone(server.dataDir)).toEqual([])

    server = await server.startAgain()
    const reader = new Operator(server.address, serviceKey)
    for (const { key, askedAt, answeredAt } of lastUses.values()) {
      const lastUsedAt = Date.parse((await reader.key(organization, key)).lastUsedAt ?? '')
      expect(lastUsedAt).toBeGreaterThanOrEqual(askedAt)
      expect(lastUsedAt).toBeLessThanOrEqual(answeredAt)
    }
    for (const key of created) expect((await reader.key(organization, key)).status).toBe('active')
    reader.connection.close()
  }
})

/** Until the server ends the connection. What began after the signal may have met a closed door. */
async function repeat(client: Client, moment: { signalledAt: number }, request: () => Promise<void>): Promise<void> {
  for (;;) {
    const began = performance.now()
    try {
      await request()
      client.answered++
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      if (began < moment.signalledAt) client.dropped++
      client.operator.connection.close()
      return
    }
  }
}

async function use(operator: Operator, { id, secret }: { id: string; secret: string }): Promise<Use> {
  const askedAt = Date.now()
  expect((await operator.verify(secret)).code).toBe('VALID')
  return { key: id, askedAt, answeredAt: Date.now() }
}

test.concurrent('requests that are still arriving at SIGTERM are answered, and their connections closed after it', async () => {
  const server = await startServer({ profile: 'visitly' })
  const serviceKey = await server.createServiceKey()
  const headers = `Host: x\r\nAuthorization: Bearer ${serviceKey}\r\nContent-Type: application/json\r\n`
  const arriving = [
    { status: 200, sent: 'GET /healthz HTTP/1.1\r\nHost: x\r\n', rest: '\r\n' },
    { status: 200, sent: `POST /v1/keys/verify HTTP/1.1\r\n${headers}Content-Length: 11\r\n\r\n{"key"`, rest: ':"x"}' },
    {
      status: 201,
      sent: `POST /v1/organizations HTTP/1.1\r\n${headers}Content-Length: 12\r\n\r\n{"name"`,
      rest: ':"x"}',
    },
  ].map(({ status, sent, rest }) => {
    const socket = connect(server.port, '127.0.0.1').setEncoding('utf8')
    socket.write(sent)
    return { status, socket, rest }
  })
  await sleep(300)
  const signalledAt = performance.now()
  const ended = server.stop()
  await sleep(300)
  for (const { status, socket, rest } of arriving) {
    socket.write(rest)
    let answer = ''
    const closed = once(
      socket.on('data', (text) => (answer += text)),
      'close',
    )
    await Promise.race([closed, sleep(STOPPED_WITHIN_MS)])
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(socket.destroyed, 'the server keeps the connection').toBe(true)
  }
  expect((await ended).code).toBe(0)
  expect(performance.now() - signalledAt).toBeLessThan(STOPPED_WITHIN_MS)
  expect(await findHalfDone(server.dataDir)).toEqual([])
})

test.concurrent('clients that fall silent in the middle of a request do not keep a server from stopping', async () => {
  const server = await startServer({ profile: 'visitly' })
  const serviceKey = await server.createServiceKey()
  const headers = `Host: x\r\nAuthorization: Bearer ${serviceKey}\r\nContent-Type: application/json\r\n`
  const sockets = [
    '',
    'GET /heal',
    'GET /healthz HTTP/1.1\r\nHost: x\r\n',
    `POST /v1/keys/verify HTTP/1.1\r\n${headers}Content-Length: 100\r\n\r\n{"key":`,
  ].map((bytes) => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => {})
    socket.write(bytes)
    return socket
  })
  await sleep(200)
  expect(await stopWithin(server, GIVEN_UP_WITHIN_MS), 'it is still running').toBe(0)
  for (const socket of sockets) socket.destroy()
})

/** @returns its exit code; null when it had to be killed. */
async function stopWithin(server: RunningServer, ms: number): Promise<number | null> {
  const limit = setTimeout(() => server.signal('SIGKILL'), ms)
  const { code } = await server.stop()
  clearTimeout(limit)
  return code
}
