import { expect, test } from 'vitest'
import { HOUR_MS, USAGE_KEPT_MS, type UsagePortion } from '../domain/usage-records.ts'
import { openTestEngine } from '../testing/test-engine.ts'
import { createDatabase } from './database.ts'

const HOUR = Date.UTC(2026, 0, 15, 12)
const PORTION: UsagePortion = {
  ...{ writer: 'w', number: 1, at: HOUR },
  ...{ hours: [], callers: [], others: [], denials: [], lastUses: [], scopes: [] },
}

function seen(count: number, at: number, lastCode: 'VALID' | 'REVOKED') {
  const caller = { keyId: 'key_a', prefix: 'x_1', ip: '192.0.2.1', userAgent: null, client: null }
  return { ...caller, firstSeenAt: at, lastSeenAt: at, count, lastCode }
}

async function open() {
  const database = createDatabase(await openTestEngine())
  const rowsOf = (subjectId: string) => database.usage(subjectId, 0, HOUR + USAGE_KEPT_MS, HOUR_MS)
  return { database, rowsOf }
}

test('portions add up, each once, and each writer has its own', async () => {
  const { database, rowsOf } = await open()
  const hours = [{ subjectId: 'key_a', hour: HOUR, code: 'VALID' as const, count: 2 }]
  for (const [writer, number] of [
    ['w', 1],
    ['w', 1],
    ['w', 2],
    ['v', 1],
    ['w', 1],
  ] as const) {
    await database.recordUsage({ ...PORTION, writer, number, hours })
  }
  expect(await rowsOf('key_a')).toEqual([{ start: HOUR, code: 'VALID', count: 6 }])
})

test('a portion that cannot be written whole is not written at all', async () => {
  const { database, rowsOf } = await open()
  const hours = [{ subjectId: 'key_a', hour: HOUR, code: 'VALID' as const, count: 2 }]
  const callers = [{ ...seen(1, 1, 'VALID'), userAgent: 'a\0b' }]
  await expect(database.recordUsage({ ...PORTION, hours, callers })).rejects.toMatchObject({
    code: 'MALFORMED_REQUEST',
  })
  expect(await rowsOf('key_a')).toEqual([])
  await database.recordUsage({ ...PORTION, hours })
  expect(await rowsOf('key_a')).toHaveLength(1)
})

test('what was seen earlier but is written later moves no caller back', async () => {
  const { database } = await open()
  await database.recordUsage({ ...PORTION, callers: [seen(2, 9, 'VALID')] })
  await database.recordUsage({ ...PORTION, number: 2, callers: [seen(3, 5, 'REVOKED')] })
  expect(await database.callers('key_a')).toMatchObject([{ count: 5, lastSeenAt: 9, lastCode: 'VALID' }])
  await database.recordUsage({ ...PORTION, number: 3, callers: [seen(1, 12, 'REVOKED')] })
  expect(await database.callers('key_a')).toMatchObject([{ count: 6, lastSeenAt: 12, lastCode: 'REVOKED' }])
})

test('what is past its time is removed in portions, until nothing of it is left', async () => {
  const { database, rowsOf } = await open()
  const hours = Array.from({ length: 25 }, (_, at) => ({
    ...{ subjectId: 'key_a', code: 'VALID' as const, count: 1 },
    hour: HOUR + at * HOUR_MS,
  }))
  await database.recordUsage({ ...PORTION, hours })
  const now = HOUR + 20 * HOUR_MS + USAGE_KEPT_MS
  expect(await database.removeOldUsage(now, 15)).toBe(true)
  expect(await rowsOf('key_a')).toHaveLength(10)
  expect(await database.removeOldUsage(now, 15)).toBe(false)
  expect((await rowsOf('key_a')).map(({ start }) => start).sort()).toEqual(hours.slice(20).map(({ hour }) => hour))
})
