import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../dialect.ts'

/** Which of their scopes keys really use. Of keys that are there already it is known from now on, and not before. */
export async function up(db: Kysely<unknown>, { text, integer, inKeyOrder }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('key_scopes')
    // Not a foreign key: it would take the rows of keys whenever a use is written.
    .addColumn('key_id', text, (column) => column.notNull())
    .addColumn('scope', text, (column) => column.notNull())
    .addColumn('granted_at', integer)
    .addColumn('last_used_day', integer)
    .addPrimaryKeyConstraint('key_scopes_once', ['key_id', 'scope'])
    .modifyEnd(inKeyOrder)
    .execute()
  await db.schema
    .createIndex('key_scopes_by_day')
    .on('key_scopes')
    .column('last_used_day')
    .where(sql.ref('last_used_day'), 'is not', null)
    .execute()
  await db.schema.alterTable('key_uses').addColumn('scopes_noted_since', integer).execute()
  // The moment of the upgrade is the machine's: no request is under way that could bring another clock.
  await sql`update key_uses set scopes_noted_since = ${Date.now()}`.execute(db)
}
