import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { createPostgresDatabase, openPostgresAlone, temporaryDirectory } from '../../testing/test-engine.ts'
import { openSqlite } from '../sqlite.ts'
import * as firstTables from './0001-first-tables.ts'
import * as usage from './0002-usage.ts'
import * as lighterUsage from './0005-lighter-usage.ts'

const AT = Date.UTC(2026, 0, 15, 12)

test('what was known of the use of keys is carried over', async () => {
  const engine =
    inject('engine') === 'postgres'
      ? await openPostgresAlone(await createPostgresDatabase())
      : openSqlite(join(temporaryDirectory(), 'claviger.db'))
  onTestFinished(() => engine.close())
  const db = new Kysely<unknown>({ dialect: engine.dialect })
  await firstTables.up(db, engine.columnTypes)
  await usage.up(db, engine.columnTypes)
  const key = (id: string, at: number | null, ip: string | null) =>
    sql`
    insert into keys (
      id, catalogue, name, prefix, access_level, scopes_json, resources_json, allowed_ips_json, metadata_json,
      tags_json, created_at, created_by_type, created_by_name, updated_at, version, last_used_at, last_used_ip
    ) values (${id}, 'product', '', 'a_2', '', '', '', '', '', '', 1, '', '', 1, 1, ${at}, ${ip})`.execute(db)
  const secret = (prefix: string, at: number | null) =>
    sql`
    insert into secrets (digest, server_key_version, key_id, prefix, state, created_at, imported, last_used_at)
    values (${Buffer.from(prefix)}, 1, 'key_a', ${prefix}, 'current', 1, 0, ${at})`.execute(db)
  await key('key_a', AT + 2, '192.0.2.1')
  await key('key_b', null, null)
  await secret('a_1', AT + 1)
  await secret('a_2', AT + 2)
  await secret('a_3', null)
  await sql`insert into usage_hours (subject_id, hour, code, count) values ('key_a', ${AT}, 'VALID', 7)`.execute(db)
  await sql`
    insert into usage_callers
      (key_id, caller, prefix, ip, user_agent, client, first_seen_at, last_seen_at, count, last_code)
    values ('key_a', 'x', 'a_2', '192.0.2.1', 'curl', null, ${AT}, ${AT + 2}, 7, 'VALID')`.execute(db)

  await lighterUsage.up(db, engine.columnTypes)

  const rowsOf = async (table: string) => (await sql`select * from ${sql.table(table)} order by 1`.execute(db)).rows
  expect(await rowsOf('key_uses')).toEqual([
    { key_id: 'key_a', prefix: 'a_2', last_used_at: AT + 2, last_used_ip: '192.0.2.1' },
    { key_id: 'key_b', prefix: null, last_used_at: null, last_used_ip: null },
  ])
  expect((await rowsOf('keys'))[0]).not.toHaveProperty('last_used_at')
  expect(await rowsOf('usage_hours')).toEqual([{ subject_id: 'key_a', hour: AT, code: 'VALID', count: 7 }])
  const caller = { key_id: 'key_a', caller: 'x', prefix: 'a_2', ip: '192.0.2.1', user_agent: 'curl', client: null }
  const seen = { first_seen_at: AT, last_seen_at: AT + 2, last_seen_day: Math.floor(AT / 86_400_000) }
  expect(await rowsOf('usage_callers')).toEqual([{ ...caller, ...seen, count: 7, last_code: 'VALID' }])
})
