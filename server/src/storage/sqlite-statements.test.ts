import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-engine.ts'
import { openSqlite } from './sqlite.ts'

function open() {
  const engine = openSqlite(join(temporaryDirectory(), 'claviger.db'))
  onTestFinished(() => engine.close())
  return { engine, db: new Kysely<unknown>({ dialect: engine.dialect }) }
}

test('a statement that is kept sees what a table has become', async () => {
  const { db } = open()
  await sql`create table things (id integer)`.execute(db)
  await sql`insert into things values (1)`.execute(db)
  const read = () => sql`select * from things`.execute(db).then(({ rows }) => rows)
  expect(await read()).toEqual([{ id: 1 }])
  await sql`alter table things add column name text default 'x'`.execute(db)
  expect(await read()).toEqual([{ id: 1, name: 'x' }])
})

test('after every change that need not survive a power cut, the next one does again', async () => {
  const { engine, db } = open()
  const synchronous = async (over: Kysely<unknown>) => (await sql`pragma synchronous`.execute(over)).rows
  for (let time = 0; time < 3; time++) {
    expect(await engine.unsynced(db, synchronous)).toEqual([{ synchronous: 1 }])
    expect(await synchronous(db)).toEqual([{ synchronous: 2 }])
  }
})
