import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../dialect.ts'

/**
 * What is written each second has narrow rows, and those that are written together stand together. The last use of a key
 * leaves the key's own row; counts are stored hour by hour; a caller is found by age to the day.
 */
export async function up(db: Kysely<unknown>, { text, integer, inKeyOrder }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('key_uses')
    // There is one row for each key, made and deleted with it.
    .addColumn('key_id', text, (column) => column.primaryKey())
    .addColumn('prefix', text)
    .addColumn('last_used_at', integer)
    .addColumn('last_used_ip', text)
    .modifyEnd(inKeyOrder)
    .execute()
  await sql`
    insert into key_uses (key_id, prefix, last_used_at, last_used_ip)
    select id, (
      select secrets.prefix from secrets
      where secrets.key_id = keys.id and secrets.last_used_at is not null
      order by secrets.last_used_at desc limit 1
    ), last_used_at, last_used_ip from keys`.execute(db)
  await db.schema.alterTable('keys').dropColumn('last_used_at').execute()
  await db.schema.alterTable('keys').dropColumn('last_used_ip').execute()

  await db.schema
    .createTable('hourly_usage')
    // A key, or an organization for the sum over its keys. Not a foreign key: what happened outlives both.
    .addColumn('subject_id', text, (column) => column.notNull())
    .addColumn('hour', integer, (column) => column.notNull())
    .addColumn('code', text, (column) => column.notNull())
    .addColumn('count', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('hourly_usage_once', ['hour', 'subject_id', 'code'])
    .modifyEnd(inKeyOrder)
    .execute()
  await sql`insert into hourly_usage (subject_id, hour, code, count)
    select subject_id, hour, code, count from usage_hours`.execute(db)
  await db.schema.dropTable('usage_hours').execute()
  await db.schema.alterTable('hourly_usage').renameTo('usage_hours').execute()
  await db.schema.createIndex('usage_hours_by_subject').on('usage_hours').columns(['subject_id', 'hour']).execute()

  await db.schema
    .createTable('known_callers')
    .addColumn('key_id', text, (column) => column.notNull())
    .addColumn('caller', text, (column) => column.notNull())
    .addColumn('prefix', text, (column) => column.notNull())
    .addColumn('ip', text)
    .addColumn('user_agent', text)
    .addColumn('client', text)
    .addColumn('first_seen_at', integer, (column) => column.notNull())
    .addColumn('last_seen_at', integer, (column) => column.notNull())
    .addColumn('last_seen_day', integer, (column) => column.notNull())
    .addColumn('count', integer, (column) => column.notNull())
    .addColumn('last_code', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('known_callers_once', ['key_id', 'caller'])
    .modifyEnd(inKeyOrder)
    .execute()
  const columns = sql.raw(
    'key_id, caller, prefix, ip, user_agent, client, first_seen_at, last_seen_at, count, last_code',
  )
  await sql`insert into known_callers (${columns}, last_seen_day)
    select ${columns}, last_seen_at / ${sql.lit(DAY_MS)} from usage_callers`.execute(db)
  await db.schema.dropTable('usage_callers').execute()
  await db.schema.alterTable('known_callers').renameTo('usage_callers').execute()
  await db.schema.createIndex('usage_callers_by_day').on('usage_callers').column('last_seen_day').execute()
}

const DAY_MS = 86_400_000
