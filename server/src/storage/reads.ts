import type { Kysely } from 'kysely'
import type { PageRequest, Reads } from '../domain/ports.ts'
import { toEvent, toKey, toOrganization, toSecret } from './rows.ts'
import type { Schema } from './schema.ts'

/** Queries that change nothing; the same on the database and inside a transaction. */
export function createReads(db: Kysely<Schema>): Reads {
  return {
    async organization(id) {
      const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toOrganization(row)
    },

    async organizations(page) {
      let query = db.selectFrom('organizations').selectAll()
      if (page.after !== null) query = query.where('id', '<', page.after)
      const rows = await query.orderBy('id', 'desc').limit(page.limit).execute()
      return rows.map(toOrganization)
    },

    async key(id) {
      const row = await db.selectFrom('keys').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toKey(row)
    },

    async keysOf(organizationId, page: PageRequest) {
      let query = db
        .selectFrom('keys')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('catalogue', '=', 'product')
      if (page.after !== null) query = query.where('id', '<', page.after)
      const rows = await query.orderBy('id', 'desc').limit(page.limit).execute()
      return rows.map(toKey)
    },

    async previousSecret(keyId) {
      const row = await db
        .selectFrom('secrets')
        .selectAll()
        .where('key_id', '=', keyId)
        .where('state', '=', 'previous')
        .executeTakeFirst()
      return row && toSecret(row)
    },

    async chainHead(chain) {
      return db.selectFrom('audit_chains').selectAll().where('chain', '=', chain).executeTakeFirst()
    },

    async chainHeads() {
      return db.selectFrom('audit_chains').selectAll().orderBy('chain').execute()
    },

    async events(chain, fromSequence, limit) {
      const rows = await db
        .selectFrom('audit_events')
        .selectAll()
        .where('chain', '=', chain)
        .where('sequence', '>=', fromSequence)
        .orderBy('sequence')
        .limit(limit)
        .execute()
      return rows.map(toEvent)
    },
  }
}
