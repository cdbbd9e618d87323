import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createPostgresDatabase, openPostgresAlone, temporaryDirectory } from '../../testing/test-engine.ts'
import { openSqlite } from '../sqlite.ts'
import * as firstTables from './0001-first-tables.ts'
import * as usage from './0002-usage.ts'
import * as lighterUsage from './0005-lighter-usage.ts'
import * as scopeUses from './0006-scope-uses.ts'

test('of keys that are there already it is known from the upgrade on, and not before', async () => {
  const engine =
    inject('engine') === 'postgres'
      ? await openPostgresAlone(await createPostgresDatabase())
      : openSqlite(join(temporaryDirectory(), 'claviger.db'))
  onTestFinished(() => engine.close())
  const db = new Kysely<unknown>({ dialect: engine.dialect })
  for (const { up } of [firstTables, usage, lighterUsage]) await up(db, engine.columnTypes)
  await sql`insert into key_uses (key_id, prefix, last_used_at) values ('key_a', 'a_1', 5)`.execute(db)

  const before = Date.now()
  await scopeUses.up(db, engine.columnTypes)

  const { rows } = await sql<{ key_id: string; last_used_at: number; scopes_noted_since: number }>`
    select key_id, last_used_at, scopes_noted_since from key_uses`.execute(db)
  expect(rows).toEqual([{ key_id: 'key_a', last_used_at: 5, scopes_noted_since: expect.any(Number) }])
  expect(rows[0]?.scopes_noted_since).toBeGreaterThanOrEqual(before)
  expect((await sql`select * from key_scopes`.execute(db)).rows).toEqual([])
})
