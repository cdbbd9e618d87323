import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { administer } from '../testing/administer.ts'
import { createPostgresDatabase } from '../testing/test-engine.ts'
import { PostgresClaim } from './postgres-claim.ts'

const LOCK = Buffer.from('claviger').readBigInt64BE()
const END_CLAIM = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name like 'claviger server %'`
/** The catalogue shows the locks of all databases. */
const HOLDER = `select pid from pg_locks where locktype = 'advisory' and granted
  and database = (select oid from pg_database where datname = current_database())`

async function take() {
  const url = await createPostgresDatabase()
  const claim = await PostgresClaim.take(url)
  onTestFinished(() => claim.end())
  return { url, claim }
}

describe('a claim', () => {
  test('holds for as long as its session proves itself', async () => {
    const { claim } = await take()
    await sleep(2_500)
    expect(claim.holds()).toBe(true)
  })

  test('does not hold in a process that goes on after a pause, until it has proved itself again', async () => {
    const { claim } = await take()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100)
    expect(claim.holds()).toBe(false)
    await expect.poll(() => claim.holds(), { timeout: 5_000 }).toBe(true)
  })

  test('that was lost and had again before anyone watched is begun anew for the watcher', async () => {
    const { url, claim } = await take()
    const holder = async () => (await administer(url, HOLDER))[0]?.pid
    const before = await holder()
    await administer(url, END_CLAIM)
    await expect.poll(holder, { timeout: 5_000 }).not.toBe(before)
    await expect.poll(() => claim.holds(), { timeout: 5_000 }).toBe(true)
    const regained = new Promise<void>((resolve) => {
      claim.watch({ lost: () => {}, taken: () => {}, regained: async () => resolve() })
    })
    await regained
    await expect.poll(() => claim.holds(), { timeout: 5_000 }).toBe(true)
  })

  test('is told of once when another server has come, however long it stays', async () => {
    const { url, claim } = await take()
    const told: string[] = []
    claim.watch({
      lost: () => told.push('lost'),
      taken: ({ message }) => told.push(message),
      regained: async () => void told.push('regained'),
    })
    const other = new Client(url)
    await other.connect()
    // Waits in line, so that it has the lock as soon as the session that holds it is gone.
    const taken = other.query(`select pg_advisory_lock(${LOCK})`)
    await sleep(100)
    await administer(url, END_CLAIM)
    await taken
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(2)
    await sleep(3_000)
    await other.end()
    await expect.poll(() => claim.holds(), { timeout: 10_000 }).toBe(true)
    expect(told).toEqual([
      'lost',
      expect.stringMatching(/^another Claviger server runs .* from 127\.0\.0\.1/),
      'regained',
    ])
  })
})
