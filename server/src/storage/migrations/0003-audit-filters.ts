import type { Kysely } from 'kysely'

/** The audit log is read in the order of time, of everything or of one request, thing or actor. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('audit_events_by_target').execute()
  const leads = { request: ['request_id'], target: ['target_id'], actor: ['actor_id'], time: [] }
  for (const [name, lead] of Object.entries(leads)) {
    await db.schema
      .createIndex(`audit_events_by_${name}`)
      .on('audit_events')
      .columns(['chain', ...lead, 'at', 'sequence'])
      .execute()
  }
}
