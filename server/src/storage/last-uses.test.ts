import { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { blankKey } from '../domain/blank-key.ts'
import type { LastUse } from '../domain/usage-records.ts'
import { openTestEngine } from '../testing/test-engine.ts'
import { createDatabase } from './database.ts'
import type { Schema } from './schema.ts'

async function openWithKeys(count: number) {
  const engine = await openTestEngine()
  const database = createDatabase(engine)
  const db = new Kysely<Schema>({ dialect: engine.dialect })
  const ids = Array.from({ length: count }, (_, i) => `key_${String(i).padStart(4, '0')}`)
  await database.transact(async (writes) => {
    for (const id of ids) {
      const chosen = { id, catalogue: 'service', organizationId: null, name: id, prefix: id } as const
      const key = blankKey(
        { ...chosen, accessLevel: 'restricted', scopes: [] },
        { type: 'operator', id: null, name: '' },
        1,
      )
      await writes.insertKey(key)
    }
    return { commit: true, value: null }
  })
  const lastUses = () =>
    db.selectFrom('key_uses').select(['key_id', 'last_used_at', 'last_used_ip']).orderBy('key_id').execute()
  let number = 0
  const recordLastUses = (uses: readonly LastUse[]) =>
    database.recordUsage({
      ...{ writer: 'w', number: ++number, at: 1 },
      ...{ hours: [], callers: [], others: [], denials: [], lastUses: uses, scopes: [] },
    })
  return { database, recordLastUses, ids, lastUses }
}

test('uses of very many keys are all written', async () => {
  const { recordLastUses, ids, lastUses } = await openWithKeys(1_100)
  await recordLastUses(ids.map((keyId, i) => ({ keyId, prefix: keyId, at: i, ip: `192.0.2.${i % 256}` })))
  const written = await lastUses()
  expect(written).toHaveLength(1_100)
  for (const [i, row] of written.entries()) {
    expect(row).toEqual({ key_id: ids[i], last_used_at: i, last_used_ip: `192.0.2.${i % 256}` })
  }
})

test('of several uses of a key the latest counts, and none ever moves it backwards', async () => {
  const { recordLastUses, lastUses } = await openWithKeys(1)
  const use = (at: number, ip: string | null) => ({ keyId: 'key_0000', prefix: 'key_0000', at, ip })
  await recordLastUses([use(5, 'a'), use(9, 'b'), use(7, 'c')])
  expect(await lastUses()).toMatchObject([{ last_used_at: 9, last_used_ip: 'b' }])
  await recordLastUses([use(8, 'd')])
  expect(await lastUses()).toMatchObject([{ last_used_at: 9, last_used_ip: 'b' }])
  await recordLastUses([use(10, null)])
  expect(await lastUses()).toMatchObject([{ last_used_at: 10, last_used_ip: null }])
})

test('uses of a key that is gone harm nothing', async () => {
  const { recordLastUses, lastUses } = await openWithKeys(1)
  await recordLastUses([
    { keyId: 'key_gone', prefix: 'x', at: 5, ip: null },
    { keyId: 'key_0000', prefix: 'x', at: 5, ip: null },
  ])
  expect(await lastUses()).toEqual([{ key_id: 'key_0000', last_used_at: 5, last_used_ip: null }])
})

test('of two secrets of a key each has its own last use, and the key the later one', async () => {
  const { database, recordLastUses, lastUses } = await openWithKeys(1)
  const keyId = 'key_0000'
  const facts = { keyId, serverKeyVersion: 1, createdAt: 1, imported: false, lastUsedAt: null }
  await database.transact(async (writes) => {
    await writes.insertSecret({ ...facts, digest: Buffer.from('old'), prefix: 'old', state: 'previous', endsAt: 99 })
    await writes.insertSecret({ ...facts, digest: Buffer.from('new'), prefix: 'new', state: 'current', endsAt: null })
    return { commit: true, value: null }
  })
  const use = (prefix: string, at: number) => ({ keyId, prefix, at, ip: `192.0.2.${at}` })
  const expectUses = async (key: number, previous: number | null, current: number | null) => {
    expect(await lastUses()).toMatchObject([{ last_used_at: key, last_used_ip: `192.0.2.${key}` }])
    expect((await database.key(keyId))?.previousSecret?.lastUsedAt).toBe(previous)
    const secrets = await database.secrets(keyId)
    const lastUsesOf = Object.fromEntries(secrets.map(({ prefix, lastUsedAt }) => [prefix, lastUsedAt]))
    expect(lastUsesOf).toEqual({ old: previous, new: current })
  }
  await recordLastUses([use('old', 5)])
  await expectUses(5, 5, null)
  await recordLastUses([use('new', 7)])
  await expectUses(7, 5, 7)
  await recordLastUses([use('old', 6)])
  await expectUses(7, 6, 7)
  await recordLastUses([use('new', 8), use('old', 9), use('new', 3)])
  await expectUses(9, 9, 8)
  await recordLastUses([use('old', 4), use('new', 2)])
  await expectUses(9, 9, 8)
  await recordLastUses([use('old', 11), use('new', 12)])
  await expectUses(12, 11, 12)
})
