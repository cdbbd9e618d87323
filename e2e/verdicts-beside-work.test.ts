import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PostgresServer } from '../server/src/testing/postgres-server.ts'
import { Latencies } from './latencies.ts'
import { NotDone, Operator } from './operator.ts'
import { startServer } from './running-server.ts'

const IMPORTS = process.env.PROOF === 'full' ? 20 : 1
const IMPORTED = 1_000
const CHANGING = 200
/** Between two questions, so that the questions themselves keep nobody waiting. */
const PAUSE_MS = 2
const REPEAT_AFTER_MS = 250
/** Of what an import takes, however fast the machine is. Were it done in one go, somebody would wait for all of it. */
const SHARE_OF_IMPORT = 0.5

let postgres: PostgresServer

beforeAll(async () => {
  postgres = await PostgresServer.start()
})

afterAll(() => postgres.close())

test.each(['SQLite', 'PostgreSQL'] as const)(
  'importing, listing and reading the history of a thousand keys keeps no verdict waiting, on %s',
  { timeout: 120_000 + IMPORTS * 20_000 },
  async (engine) => {
    const env = engine === 'PostgreSQL' ? { DATABASE_URL: postgres.url() } : {}
    const server = await startServer({ profile: 'visitly', logLevel: 'fatal', env })
    const serviceKey = await server.createServiceKey()
    const operator = new Operator(server.address, serviceKey)
    const { id: organization } = await operator.createOrganization({ name: 'large' })
    const { secret } = await operator.createKey(organization, {
      name: 'used',
      rateLimit: { limit: 1_000_000, windowSeconds: 1 },
    })
    const asking = { over: false, latencies: new Latencies() }
    const asker = askAllTheTime(new Operator(server.address, serviceKey), secret, asking)
    const importMs = await Promise.race([work(server.address, serviceKey, organization), asker])
    asking.over = true
    await asker
    console.info(`${engine}: ${asking.latencies} beside imports of ${importMs?.toFixed(0)} ms`)
    expect(asking.latencies.count).toBeGreaterThan(100)
    expect(asking.latencies.below(1)).toBeLessThan((importMs ?? 0) * SHARE_OF_IMPORT)
    expect((await server.stop()).code).toBe(0)
  },
)

/** @returns how long the fastest import took. */
async function work(address: string, serviceKey: string, organization: string): Promise<number> {
  let fastestMs = Number.POSITIVE_INFINITY
  const operator = new Operator(address, serviceKey)
  const keys = `/v1/organizations/${organization}/keys`
  for (let done = 0; done < IMPORTS; done++) {
    const items = Array.from({ length: IMPORTED }, (_, at) => ({
      sha256: createHash('sha256').update(randomBytes(32)).digest('hex'),
      name: `imported ${at}`,
      metadata: { team: 'a'.repeat(50) },
    }))
    const began = performance.now()
    const { status, raw } = await operator.connection.send(`${keys}/import`, { method: 'POST', body: { items } })
    expect(status, raw.slice(0, 500)).toBe(200)
    fastestMs = Math.min(fastestMs, performance.now() - began)
    expect(await countPages(operator, keys)).toBeGreaterThanOrEqual(((done + 1) * IMPORTED) / 100)
    expect(await countPages(operator, `/v1/organizations/${organization}/audit`)).toBeGreaterThanOrEqual(10)
  }
  // Many changes at once, too, as when a script revokes what it can find.
  const changers = Array.from({ length: CHANGING }, async (_, at) => {
    const changer = new Operator(address, serviceKey)
    const { key } = await untilDone(() => changer.createKey(organization, { name: `changed ${at}` }))
    await untilDone(() => changer.revoke(organization, key.id))
    changer.connection.close()
  })
  await Promise.all(changers)
  return fastestMs
}

/** Repeats what the server says that it has not done and that can be repeated: its database has more to do than it can. */
async function untilDone<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (!(error instanceof NotDone && error.status === 503)) throw error
    await sleep(REPEAT_AFTER_MS)
    return untilDone(change)
  }
}

async function countPages(operator: Operator, path: string): Promise<number> {
  let cursor: string | null = ''
  for (let pages = 1; ; pages++) {
    const place: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { status, body } = await operator.connection.send<{ nextCursor: string | null }>(`${path}?limit=100${place}`)
    expect(status).toBe(200)
    cursor = body.nextCursor
    if (cursor === null) return pages
  }
}

async function askAllTheTime(
  operator: Operator,
  secret: string,
  asking: { over: boolean; latencies: Latencies },
): Promise<undefined> {
  while (!asking.over) {
    const began = performance.now()
    expect((await operator.verify(secret)).code).toBe('VALID')
    asking.latencies.note(performance.now() - began)
    await sleep(PAUSE_MS)
  }
}
