import fc from 'fast-check'
import { Kysely, sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openTestEngine } from '../testing/test-engine.ts'
import { createDatabase } from './database.ts'
import type { Schema } from './schema.ts'

async function openTables() {
  const engine = await openTestEngine()
  return { database: createDatabase(engine), db: new Kysely<Schema>({ dialect: engine.dialect }) }
}

const mac = Buffer.from('00ff', 'hex')

describe('on either engine', () => {
  test('text compares bytewise, in orders, bounds and unique keys', async () => {
    const { database, db } = await openTables()
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((each) => !each.includes('\0'))
    const generated = fc.sample(text, 100)
    const hard = ['a', 'B', 'ab', 'aB', 'é', 'e\u0301', 'ß', 'ss', 'Z', 'z', '_', '-', ' ', '\u{1f600}', '\uffee', '٠']
    const chains = [...new Set([...hard, ...generated])]
    await db
      .insertInto('audit_chains')
      .values(chains.map((chain) => ({ chain, count: 1, mac })))
      .execute()
    const bytewise = chains.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect((await database.chainHeads()).map(({ chain }) => chain)).toEqual(bytewise)
    const above = await db.selectFrom('audit_chains').select('chain').where('chain', '>', 'a').execute()
    expect(above.map(({ chain }) => chain).sort()).toEqual(bytewise.slice(bytewise.indexOf('a') + 1).sort())
  })

  test('integers, counts and bytes come back as they went in', async () => {
    const { db } = await openTables()
    const count = Number.MAX_SAFE_INTEGER
    await db.insertInto('audit_chains').values({ chain: 'a', count, mac }).execute()
    const row = await db.selectFrom('audit_chains').selectAll().executeTakeFirstOrThrow()
    expect({ ...row, mac: Buffer.from(row.mac).toString('hex') }).toEqual({ chain: 'a', count, mac: '00ff' })
    const { rows } = await db
      .selectFrom('audit_chains')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
    expect(rows).toBe(1)
  })

  test('what a change reads after it has taken its place in the order holds everything before it', async () => {
    const { database } = await openTables()
    const seen: [number, number | undefined][] = []
    const change = () =>
      database.transact(async (writes) => {
        const version = await writes.nextVersion('token')
        const head = await writes.chainHead('chain')
        seen.push([version, head?.count])
        await writes.appendEvent({
          id: `evt_${version}`,
          chain: 'chain',
          sequence: version,
          at: 0,
          actor: { type: 'operator', id: null, name: 'test', ip: null, userAgent: null },
          action: 'test',
          target: { type: 'test', id: 'x', name: 'x' },
          changes: '{}',
          outcome: 'success',
          requestId: 'req_test',
          mac,
          serverKeyVersion: 1,
        })
        return { commit: true, value: null }
      })
    await Promise.all(Array.from({ length: 20 }, change))
    expect(seen).toEqual(Array.from({ length: 20 }, (_, before) => [before + 1, before === 0 ? undefined : before]))
  })

  test('a statement that fails within a change takes the whole change with it', async () => {
    const { database, db } = await openTables()
    const attempt = database.transact(async (writes) => {
      await writes.nextVersion('token')
      await sql`insert into cluster_clock (id, version, token) values (1, 0, '')`.execute(db).catch(() => {})
      throw new Error('it was wrong')
    })
    await expect(attempt).rejects.toThrow('it was wrong')
    expect(await database.version()).toBe(0)
  })
})
