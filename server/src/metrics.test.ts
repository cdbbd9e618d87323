import { expect, test } from 'vitest'
import { CommitUnknown, type Database, DatabaseUnavailable, type SecretLookup } from './domain/ports.ts'
import { createMetrics } from './metrics.ts'

const metrics = () =>
  createMetrics({
    memory: () => ({ secrets: 0, absent: 0 }),
    usageLagMs: () => 0,
    trusted: () => false,
    suspects: () => 0,
    mails: () => ({ waiting: 0, ageMs: 0 }),
  })

/** A database that answers as a test says. */
function answering(answer: () => Promise<unknown>): Database & SecretLookup {
  const { transact, load } = {
    transact: async (work: (writes: never) => Promise<{ commit: boolean; value: unknown }>) => {
      await answer()
      return (await work({} as never)).value
    },
    load: () => answer(),
  }
  return { transact, load } as unknown as Database & SecretLookup
}

test('changes are timed by what became of them, look-ups by what they found', async () => {
  const { watch, text } = metrics()
  const fine = watch(answering(async () => ({ version: 1, found: null })))
  await fine.load([])
  await fine.transact(async () => ({ commit: true, value: 1 }))
  await fine.transact(async () => ({ commit: false, value: 1 }))
  await expect(
    fine.transact(async () => {
      throw new Error('refused')
    }),
  ).rejects.toThrow('refused')
  for (const fault of [new DatabaseUnavailable('away'), new CommitUnknown('lost')]) {
    const broken = watch(answering(() => Promise.reject(fault)))
    await expect(broken.load([])).rejects.toBe(fault)
    await expect(broken.transact(async () => ({ commit: true, value: 1 }))).rejects.toBe(fault)
  }
  const exposed = await text()
  for (const [series, count] of Object.entries({
    'claviger_lookup_seconds_count{outcome="absent"}': 1,
    'claviger_lookup_seconds_count{outcome="failed"}': 2,
    'claviger_change_seconds_count{outcome="committed"}': 1,
    'claviger_change_seconds_count{outcome="nothing"}': 2,
    'claviger_change_seconds_count{outcome="failed"}': 1,
    'claviger_change_seconds_count{outcome="unknown"}': 1,
  })) {
    expect(exposed).toContain(`${series} ${count}\n`)
  }
})

test('whether the server is sure of its database, and what usage was given up, is told', async () => {
  const { usageLost, text } = metrics()
  usageLost(12)
  const exposed = await text()
  expect(exposed).toContain('claviger_trusted 0\n')
  expect(exposed).toContain('claviger_usage_lost_total 12\n')
})
