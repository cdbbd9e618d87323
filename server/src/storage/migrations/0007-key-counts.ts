import type { Kysely } from 'kysely'

/** With all that tells its status, the index of an organization's keys is enough to count them and to find some of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('keys_by_organization').execute()
  await db.schema
    .createIndex('keys_by_organization')
    .on('keys')
    .columns([
      ...['organization_id', 'catalogue', 'created_at', 'id'],
      ...['environment', 'revoked_at', 'disabled_at', 'expires_at', 'pending_since'],
    ])
    .execute()
}
