import type { Kysely } from 'kysely'

/** Whoever finds a secret finds its key by the prefix, also when the key has another secret by now. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('secrets_by_prefix').on('secrets').columns(['prefix', 'key_id']).execute()
}
