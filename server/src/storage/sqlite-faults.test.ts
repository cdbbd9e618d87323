import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { SealedEvent } from '../domain/records.ts'
import { temporaryDirectory } from '../testing/test-engine.ts'
import { createDatabase, type OpenDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { openSqlite } from './sqlite.ts'

async function open() {
  const file = join(temporaryDirectory(), 'claviger.db')
  const engine = openSqlite(file)
  onTestFinished(() => engine.close())
  await migrate(engine)
  /** On the very connection that the database uses. */
  const pragma = (text: string) => sql.raw(`pragma ${text}`).execute(new Kysely({ dialect: engine.dialect }))
  return { file, database: createDatabase(engine), pragma }
}

const event: SealedEvent = {
  id: 'evt',
  chain: 'chain',
  sequence: 1,
  at: 0,
  actor: { type: 'operator', id: null, name: 'test', ip: null, userAgent: null },
  action: 'test',
  target: { type: 'test', id: 'x', name: 'x' },
  changes: '{}',
  outcome: 'success',
  requestId: 'req_test',
  mac: new Uint8Array(32),
  serverKeyVersion: 1,
}

function append(database: OpenDatabase, bytes: number): Promise<number> {
  return database.transact(async (writes) => {
    const sequence = await writes.nextVersion('token')
    await writes.appendEvent({ ...event, id: `evt_${sequence}`, sequence, changes: 'x'.repeat(bytes) })
    return { commit: true, value: sequence }
  })
}

test('a full disk makes a change unavailable, leaves nothing of it, and is over when there is room', async () => {
  const { database, pragma } = await open()
  await append(database, 10)
  await pragma('max_page_count = 1')
  await expect(append(database, 1_000_000)).rejects.toMatchObject({ name: 'DatabaseUnavailable' })
  expect(await database.version()).toBe(1)
  expect(await database.chainHead('chain')).toMatchObject({ count: 1 })
  await pragma('max_page_count = 1000000')
  expect(await append(database, 1_000_000)).toBe(2)
})

test('a database that may only be read makes a change unavailable, and reads go on', async () => {
  const { database, pragma } = await open()
  await pragma('query_only = on')
  await expect(append(database, 10)).rejects.toMatchObject({ name: 'DatabaseUnavailable' })
  expect(await database.version()).toBe(0)
  expect(await database.reachable()).toBe(true)
})

test('behind a frozen writer every change is unavailable after a second, and the process is not held up meanwhile', async () => {
  const { file, database } = await open()
  const other = new Sqlite(file)
  other.exec('begin immediate')
  let longestPause = 0
  let last = performance.now()
  const ticking = setInterval(() => {
    longestPause = Math.max(longestPause, performance.now() - last)
    last = performance.now()
  }, 5)
  const began = performance.now()
  const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => append(database, 10)))
  for (const attempt of attempts) expect(attempt).toMatchObject({ reason: { name: 'DatabaseUnavailable' } })
  clearInterval(ticking)
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(longestPause).toBeLessThan(500)
  other.exec('rollback')
  other.close()
  expect(await append(database, 10)).toBe(1)
})

test('a change waits for a writer that is only slow', async () => {
  const { file, database } = await open()
  const other = new Sqlite(file)
  other.exec('begin immediate')
  setTimeout(() => other.exec('commit').close(), 100)
  expect(await append(database, 10)).toBe(1)
})
