import type { Kysely } from 'kysely'
import type { Reads } from '../domain/ports.ts'
import { scanEvents } from './event-list.ts'
import { countKeys, listKeys } from './key-list.ts'
import { lastUseOf, selectKeys } from './key-rows.ts'
import { createPeopleReads } from './people-reads.ts'
import { toEvent, toKey, toOrganization, toSecret } from './rows.ts'
import type { Schema } from './schema.ts'
import { createUsageReads } from './usage-reads.ts'

/** Queries that change nothing; the same on the database and inside a transaction. */
export function createReads(db: Kysely<Schema>): Reads {
  return {
    ...createUsageReads(db),
    ...createPeopleReads(db),

    async organization(id) {
      const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toOrganization(row)
    },

    async organizations(page) {
      let query = db.selectFrom('organizations').selectAll()
      if (page.externalId !== undefined) query = query.where('external_id', '=', page.externalId)
      if (page.after !== null) query = query.where('id', '<', page.after)
      const rows = await query.orderBy('id', 'desc').limit(page.limit).execute()
      return rows.map(toOrganization)
    },

    async organizationsByPlan() {
      const rows = await db
        .selectFrom('organizations')
        .select(({ fn }) => ['plan', fn.countAll().as('count')])
        .groupBy('plan')
        .orderBy('plan')
        .execute()
      return new Map(rows.map(({ plan, count }) => [plan, Number(count)]))
    },

    async key(id) {
      const row = await selectKeys(db).where('keys.id', '=', id).executeTakeFirst()
      return row && toKey(row)
    },

    keysOf: (request) => listKeys(db, request),

    countKeys: (organizationId, filter, now) => countKeys(db, organizationId, filter, now),

    async secrets(keyId) {
      const rows = await db
        .selectFrom('secrets')
        .leftJoin('key_uses as uses', 'uses.key_id', 'secrets.key_id')
        .select([
          'digest',
          'server_key_version',
          'secrets.key_id',
          'secrets.prefix',
          'state',
          'created_at',
          'ends_at',
          'imported',
          lastUseOf('secrets').as('last_used_at'),
        ])
        .where('secrets.key_id', '=', keyId)
        .where('state', '!=', 'retired')
        .execute()
      return rows.map(toSecret)
    },

    async hasImported() {
      const row = await db
        .selectFrom('secrets')
        .select('imported')
        .where('imported', '=', 1)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },

    async serviceKeys(page) {
      let query = selectKeys(db).where('keys.catalogue', '=', 'service')
      if (page.after !== null) query = query.where('keys.id', '<', page.after)
      const rows = await query.orderBy('keys.id', 'desc').limit(page.limit).execute()
      return rows.map(toKey)
    },

    async chainHead(chain) {
      return db.selectFrom('audit_chains').selectAll().where('chain', '=', chain).executeTakeFirst()
    },

    async chainHeads() {
      return db.selectFrom('audit_chains').selectAll().orderBy('chain').execute()
    },

    scanEvents: (scan) => scanEvents(db, scan),

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

    async tokensOf(versions) {
      if (versions.length === 0) return new Map()
      const rows = await db
        .selectFrom('authority_changes')
        .select(['version', 'token'])
        .where('version', 'in', versions)
        .execute()
      return new Map(rows.map(({ version, token }) => [version, token]))
    },
  }
}
