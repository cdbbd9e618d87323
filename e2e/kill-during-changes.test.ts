import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VerdictCode } from '@claviger/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PostgresServer } from '../server/src/testing/postgres-server.ts'
import { Unanswered } from './connection.ts'
import { NotDone, Operator } from './operator.ts'
import {
  killWhileStarting,
  type RunningServer,
  runClaviger,
  startServer,
  temporaryDirectory,
} from './running-server.ts'
import { SeededRandom } from './seeded-random.ts'
import { findHalfDone } from './stored-changes.ts'

const CRASHES = process.env.PROOF === 'full' ? 50 : 1
const CLIENTS = 1_000
const ASKERS = 16
const REPEAT_AFTER_MS = 500

/** A key as one client knows it from answers alone. */
interface KnownKey {
  id: string
  /** In the order they were issued; the last is the live one. */
  secrets: string[]
  /** `lost`: rotated without an answer, so that nobody ever saw its live secret. */
  state: 'live' | 'revoked' | 'deleted' | 'lost'
  /** Asked for and not answered, or with 503: the server may have done it or not, but not by half. */
  asked: 'rotate' | 'revoke' | 'delete' | null
}

let postgres: PostgresServer

beforeAll(async () => {
  postgres = await PostgresServer.start()
})

afterAll(() => postgres.close())

test.each(['SQLite', 'PostgreSQL'] as const)(
  'kill -9 under a thousand concurrent changes loses nothing acknowledged and leaves nothing half done, on %s',
  { timeout: 180_000 + CRASHES * 60_000 },
  async (engine) => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32))
    const random = new SeededRandom(seed)
    const databaseUrl = engine === 'PostgreSQL' ? postgres.url() : null
    const env: Record<string, string> = databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }
    let server = await startServer({ profile: 'visitly', logLevel: 'warn', env })
    const serviceKey = await server.createServiceKey()
    const { id: organization } = await new Operator(server.address, serviceKey).createOrganization({ name: 'crashing' })
    const keys: KnownKey[][] = Array.from({ length: CLIENTS }, () => [])
    const done = { acknowledged: 0, refused: 0 }

    for (let crash = 1; crash <= CRASHES; crash++) {
      const during = `seed ${seed}, crash ${crash}`
      const { address } = server
      const clients = keys.map(async (known) => {
        const operator = new Operator(address, serviceKey)
        await changeUntilCutOff(operator, organization, known, random, done)
        operator.connection.close()
      })
      const enough = done.acknowledged + random.between(1, CLIENTS)
      // Wherever the changes after that happen to be.
      const moment = until(() => done.acknowledged >= enough).then(() => sleep(random.between(0, 40)))
      await Promise.race([moment, Promise.all(clients)])
      await server.kill()
      await Promise.all(clients)

      server = await server.startAgain()
      expect(await findHalfDone(server.dataDir, databaseUrl), during).toEqual([])
      expect(await findWrongVerdicts(server, serviceKey, keys.flat()), during).toEqual([])
      // What a crash kept from being noted is no database that has gone back.
      expect(server.output.stderr, during).not.toMatch(/gone back|cut off/)
      const noted = await runClaviger(['audit', 'verify', '--head', '--data-dir', server.dataDir], env)
      expect(noted.code, `${during}: ${noted.stdout}${noted.stderr}`).toBe(0)
    }

    console.info(
      `${engine}: ${CRASHES} crashes, ${done.acknowledged} acknowledged changes, ${done.refused} 503, seed ${seed}`,
    )
    expect((await server.stop()).code).toBe(0)
    expect(await findHalfDone(server.dataDir, databaseUrl)).toEqual([])
  },
)

test('kill -9 during the first start leaves a directory that the next start completes', async () => {
  const dataDir = temporaryDirectory()
  for (const appeared of ['server-key', 'claviger.db', 'claviger.db-wal']) {
    await killWhileStarting({ dataDir, profile: 'visitly' }, () => existsSync(join(dataDir, appeared)))
  }
  const server = await startServer({ dataDir, profile: 'visitly' })
  const operator = await server.createOperator()
  const { id } = await operator.createOrganization({ name: 'first' })
  expect((await operator.verify((await operator.createKey(id, { name: 'first' })).secret)).code).toBe('VALID')
  expect(await findHalfDone(dataDir)).toEqual([])
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1)
}

/** Makes one change after another, and believes nothing but answers. */
async function changeUntilCutOff(
  operator: Operator,
  organization: string,
  keys: KnownKey[],
  random: SeededRandom,
  done: { acknowledged: number; refused: number },
): Promise<void> {
  for (;;) {
    try {
      await changeSomething(operator, organization, keys, random)
      done.acknowledged++
    } catch (error) {
      if (error instanceof Unanswered) return
      // Behind so many others a change may have waited too long.
      if (!(error instanceof NotDone) || error.status !== 503) throw error
      done.refused++
      await sleep(REPEAT_AFTER_MS)
    }
  }
}

async function changeSomething(
  operator: Operator,
  organization: string,
  keys: KnownKey[],
  random: SeededRandom,
): Promise<void> {
  const choice = random.next()
  const decided = keys.filter(({ asked }) => asked === null)
  const live = decided.filter(({ state }) => state === 'live')
  const revoked = decided.filter(({ state }) => state === 'revoked')
  if (choice < 0.2 && revoked.length > 0) {
    const key = random.pick(revoked)
    key.asked = 'delete'
    await operator.remove(organization, key.id)
    Object.assign(key, { state: 'deleted', asked: null })
  } else if (choice < 0.45 && live.length > 0) {
    const key = random.pick(live)
    key.asked = 'revoke'
    await operator.revoke(organization, key.id)
    Object.assign(key, { state: 'revoked', asked: null })
  } else if (choice < 0.7 && live.length > 0) {
    const key = random.pick(live)
    key.asked = 'rotate'
    const { secret } = await operator.rotate(organization, key.id)
    key.secrets.push(secret)
    key.asked = null
    // Uses are written in the background, between changes and across the crash.
    expect((await operator.verify(secret)).code).toBe('VALID')
  } else {
    const { key, secret } = await operator.createKey(organization, { name: 'key' })
    keys.push({ id: key.id, secrets: [secret], state: 'live', asked: null })
  }
}

/** Asks about every secret ever issued, and learns what became of what was never answered. */
async function findWrongVerdicts(server: RunningServer, serviceKey: string, keys: KnownKey[]): Promise<string[]> {
  const faults: string[] = []
  const left = keys.values()
  const askers = Array.from({ length: ASKERS }, async () => {
    const operator = new Operator(server.address, serviceKey)
    for (const key of left) {
      const codes: VerdictCode[] = []
      for (const secret of key.secrets) codes.push((await operator.verify(secret)).code)
      const outcome = outcomesOf(key).find(({ codes: possible }) => possible.join() === codes.join())
      if (outcome) Object.assign(key, { state: outcome.state, asked: null })
      else faults.push(`${key.id}, ${key.state}, asked to ${key.asked}: ${codes}`)
    }
    operator.connection.close()
  })
  await Promise.all(askers)
  return faults
}

/** What may be found after a crash: what was acknowledged, with or without what was asked for after it. */
function outcomesOf({ secrets, state, asked }: KnownKey): { state: KnownKey['state']; codes: VerdictCode[] }[] {
  const codes: Record<KnownKey['state'], VerdictCode[]> = {
    live: secrets.map((_, index) => (index === secrets.length - 1 ? 'VALID' : 'ROTATED')),
    lost: secrets.map(() => 'ROTATED'),
    revoked: secrets.map(() => 'REVOKED'),
    deleted: secrets.map(() => 'UNKNOWN'),
  }
  const possible: KnownKey['state'][] = [state]
  if (asked === 'rotate') possible.push('lost')
  if (asked === 'revoke') possible.push('revoked')
  if (asked === 'delete') possible.push('deleted')
  return possible.map((outcome) => ({ state: outcome, codes: codes[outcome] }))
}
