import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../dialect.ts'

/** How keys are used, and by whom. Nothing here is read by a verdict. */
export async function up(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('usage_hours')
    // A key, or an organization for the sum over its keys. Not a foreign key: what happened outlives both.
    .addColumn('subject_id', text, (column) => column.notNull())
    .addColumn('hour', integer, (column) => column.notNull())
    .addColumn('code', text, (column) => column.notNull())
    .addColumn('count', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_hours_once', ['subject_id', 'hour', 'code'])
    .execute()
  await db.schema.createIndex('usage_hours_by_age').on('usage_hours').column('hour').execute()

  await db.schema
    .createTable('usage_callers')
    .addColumn('key_id', text, (column) => column.notNull())
    .addColumn('caller', text, (column) => column.notNull())
    .addColumn('prefix', text, (column) => column.notNull())
    .addColumn('ip', text)
    .addColumn('user_agent', text)
    .addColumn('client', text)
    .addColumn('first_seen_at', integer, (column) => column.notNull())
    .addColumn('last_seen_at', integer, (column) => column.notNull())
    .addColumn('count', integer, (column) => column.notNull())
    .addColumn('last_code', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_callers_once', ['key_id', 'caller'])
    .execute()
  await db.schema.createIndex('usage_callers_by_age').on('usage_callers').column('last_seen_at').execute()

  await db.schema
    .createTable('usage_others')
    .addColumn('key_id', text, (column) => column.primaryKey())
    .addColumn('count', integer, (column) => column.notNull())
    .addColumn('last_seen_at', integer, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('usage_others_by_age').on('usage_others').column('last_seen_at').execute()

  await db.schema
    .createTable('usage_denials')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('organization_id', text, (column) => column.notNull())
    .addColumn('key_id', text, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('code', text, (column) => column.notNull())
    .addColumn('ip', text)
    .addColumn('request_id', text, (column) => column.notNull())
    .execute()
  const orders = { organization: 'organization_id', key: 'key_id' } as const
  for (const [name, column] of Object.entries(orders)) {
    await db.schema.createIndex(`usage_denials_by_${name}`).on('usage_denials').columns([column, 'at', 'id']).execute()
  }
  await db.schema
    .createIndex('usage_denials_by_request')
    .on('usage_denials')
    .columns(['organization_id', 'request_id'])
    .execute()
  await db.schema.createIndex('usage_denials_by_age').on('usage_denials').column('at').execute()

  await db.schema
    .createTable('usage_writers')
    .addColumn('writer', text, (column) => column.primaryKey())
    .addColumn('portion', integer, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .execute()
}
