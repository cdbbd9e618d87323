import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Unanswered } from './connection.ts'
import { Operator } from './operator.ts'
import { sendPipelined } from './pipelining-client.ts'
import { startServer } from './running-server.ts'
import { findHalfDone } from './stored-changes.ts'

const RESTARTS = process.env.PROOF === 'full' ? 25 : 2
const KEPT_ALIVE = 8
const PIPELINING = 6
const DEPTH = 12
const BETWEEN_MS = 700
const REPEAT_AFTER_MS = 20

interface Load {
  stopped: boolean
  /** When the server was last told to stop. */
  signalledAt: number
  /** Secrets of keys whose creation was answered. */
  created: string[]
  answered: number
  /** Sentences about requests that were accepted and not answered. */
  dropped: string[]
}

test('a server that is replaced under load drops no request that it has accepted', {
  timeout: 120_000 + RESTARTS * 20_000,
}, async () => {
  const port = await freePort()
  let server = await startServer({ profile: 'visitly', logLevel: 'fatal', port })
  const serviceKey = await server.createServiceKey()
  const first = new Operator(server.address, serviceKey)
  const { id: organization } = await first.createOrganization({ name: 'restarting' })
  const { secret } = await first.createKey(organization, {
    name: 'used',
    rateLimit: { limit: 1_000_000, windowSeconds: 1 },
  })
  first.connection.close()
  const load: Load = { stopped: false, signalledAt: Number.POSITIVE_INFINITY, created: [], answered: 0, dropped: [] }

  const clients = [
    ...Array.from({ length: KEPT_ALIVE }, (_, at) =>
      keepAsking(server.address, serviceKey, organization, secret, load, at),
    ),
    ...Array.from({ length: PIPELINING }, () => keepPipelining(port, serviceKey, organization, secret, load)),
  ]
  for (let restart = 1; restart <= RESTARTS; restart++) {
    const before = load.answered
    await Promise.race([sleep(BETWEEN_MS), ...clients])
    while (load.answered < before + 200) await Promise.race([sleep(10), ...clients])
    load.signalledAt = performance.now()
    expect((await server.stop()).code).toBe(0)
    server = await server.startAgain()
    load.signalledAt = Number.POSITIVE_INFINITY
  }
  load.stopped = true
  await Promise.all(clients)

  expect(load.dropped).toEqual([])
  const reader = new Operator(server.address, serviceKey)
  const missing: string[] = []
  for (const key of load.created) {
    const { code } = await reader.verify(key)
    if (code !== 'VALID') missing.push(code)
  }
  expect(missing).toEqual([])
  expect((await server.stop()).code).toBe(0)
  expect(await findHalfDone(server.dataDir)).toEqual([])
  console.info(`${RESTARTS} restarts, ${load.answered} answers, ${load.created.length} keys created, none dropped`)
})

/** One request at a time on a connection that is kept open, and another when it ends. */
async function keepAsking(
  address: string,
  serviceKey: string,
  organization: string,
  secret: string,
  load: Load,
  at: number,
): Promise<void> {
  while (!load.stopped) {
    const operator = new Operator(address, serviceKey)
    let began = 0
    try {
      while (!load.stopped) {
        began = performance.now()
        if (at % 2 === 0) expect((await operator.verify(secret)).code).toBe('VALID')
        else load.created.push((await operator.createKey(organization, { name: 'kept alive' })).secret)
        load.answered++
      }
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      // What began later may have met a door that was just being closed.
      if (began < load.signalledAt) load.dropped.push(error.message)
      await sleep(REPEAT_AFTER_MS)
    } finally {
      operator.connection.close()
    }
  }
}

/** Many requests at once on a connection. */
async function keepPipelining(
  port: number,
  serviceKey: string,
  organization: string,
  secret: string,
  load: Load,
): Promise<void> {
  const verify = { method: 'POST', path: '/v1/keys/verify', body: { key: secret } }
  const create = { method: 'POST', path: `/v1/organizations/${organization}/keys`, body: { name: 'pipelined' } }
  const requests = Array.from({ length: DEPTH }, (_, at) => (at % 4 === 3 ? create : verify))
  while (!load.stopped) {
    const { answers, rest, ended } = await sendPipelined(port, serviceKey, requests)
    load.answered += answers.length
    for (const [at, { status, body }] of answers.entries()) {
      const expected = requests[at] === create ? 201 : 200
      if (status !== expected) load.dropped.push(`answer ${at} is ${status}, not ${expected}: ${body}`)
      else if (requests[at] === create) load.created.push(JSON.parse(body).secret)
    }
    if (rest !== '') load.dropped.push(`an answer broke off: ${rest}`)
    if (ended === null) continue
    // All of them were sent at once, so with one of them the others were accepted too.
    if (answers.length > 0) load.dropped.push(`${answers.length} of ${requests.length} were answered`)
    await sleep(REPEAT_AFTER_MS)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const address = listener.address()
      listener.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)))
    })
  })
}
