import { describe, expect, test } from 'vitest'
import { DatabaseUnavailable, type UsageStore } from '../domain/ports.ts'
import { ask } from '../testing/test-domain.ts'
import { startWithKey } from './counted-key.fixture.ts'

/** A database whose writes of usage fail as a test says, before or after they were made. */
function failingStore() {
  let fault: { error: Error; made: boolean } | null = null
  return {
    fail: (error: Error, { made }: { made: boolean }) => {
      fault = { error, made }
    },
    recover: () => {
      fault = null
    },
    between: (real: UsageStore): UsageStore => ({
      ...real,
      async recordUsage(portion) {
        if (fault === null) return real.recordUsage(portion)
        const { error, made } = fault
        if (made) await real.recordUsage(portion)
        throw error
      },
    }),
  }
}

const OUTAGE = new DatabaseUnavailable('stopped for a test')

describe('a database that fails', () => {
  test('loses nothing: what was noted meanwhile is all there afterwards', async () => {
    const store = failingStore()
    const { customers, key, secret, usage, countsOf, losses } = await startWithKey({ usageStore: store.between })
    store.fail(OUTAGE, { made: false })
    for (let i = 0; i < 10; i++) {
      await customers.verify(ask(secret, { ip: `192.0.2.${i % 3}` }))
      await expect(usage.flush()).rejects.toBe(OUTAGE)
    }
    expect(await countsOf(key.id)).toEqual({})
    store.recover()
    await customers.verify(ask(secret))
    await usage.flush()
    expect(await countsOf(key.id)).toEqual({ VALID: 11 })
    expect(losses).toEqual([])
  })

  test('whose answer to COMMIT was lost has counted once, however often that happens', async () => {
    const store = failingStore()
    const { customers, database, key, secret, usage, countsOf } = await startWithKey({ usageStore: store.between })
    store.fail(OUTAGE, { made: true })
    for (let i = 0; i < 4; i++) {
      await customers.verify(ask(secret, { organizationId: i === 0 ? 'org_other' : null }))
      await expect(usage.flush()).rejects.toBe(OUTAGE)
    }
    store.recover()
    await usage.flush()
    expect(await countsOf(key.id)).toEqual({ VALID: 3, ORGANIZATION_MISMATCH: 1 })
    expect(await database.callers(key.id)).toMatchObject([{ count: 4 }])
  })

  test('for too long makes the oldest go, and says how many uses that were', async () => {
    const store = failingStore()
    const server = await startWithKey({ usageStore: store.between, maxWaitingUses: 20 })
    const { customers, issue, usage, countsOf, losses } = server
    store.fail(OUTAGE, { made: false })
    const keys = await Promise.all(Array.from({ length: 30 }, issue))
    for (const { secret } of keys) for (let i = 0; i < 2; i++) await customers.verify(ask(secret))
    store.recover()
    await usage.flush()
    const kept = await Promise.all(keys.map(({ key }) => countsOf(key.id)))
    const lost = losses.reduce((sum, uses) => sum + uses, 0)
    expect(lost).toBeGreaterThan(0)
    expect(lost / 2).toBe(kept.filter((counts) => counts.VALID === undefined).length)
    expect(kept.slice(-18)).toEqual(Array.from({ length: 18 }, () => ({ VALID: 2 })))
    expect(kept[0]).toEqual({})
  })

  test('and can never write a portion does not keep the ones after it from being written', async () => {
    const store = failingStore()
    const { customers, key, secret, usage, countsOf, losses } = await startWithKey({
      usageStore: store.between,
      onUsageFailure: () => {},
    })
    const mistake = new Error('a row that no database takes')
    store.fail(mistake, { made: false })
    await customers.verify(ask(secret))
    for (let i = 0; i < 4; i++) await expect(usage.flush()).rejects.toBe(mistake)
    await usage.flush()
    expect(losses).toEqual([1])
    store.recover()
    await customers.verify(ask(secret))
    await usage.flush()
    expect(await countsOf(key.id)).toEqual({ VALID: 1 })
  })
})
