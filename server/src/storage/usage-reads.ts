import { type Kysely, sql } from 'kysely'
import type { UsageReads } from '../domain/usage-records.ts'
import type { Schema } from './schema.ts'

export function createUsageReads(db: Kysely<Schema>): UsageReads {
  /** In the order of the index, so that as little as possible is sorted. */
  const countsOf = async (subjectIds: readonly string[], from: number, to: number, bucketMs: number) => {
    if (subjectIds.length === 0) return []
    const rows = await db
      .selectFrom('usage_hours')
      .select([
        'subject_id',
        sql<number>`hour - hour % ${bucketMs}`.as('bucket_start'),
        'code',
        // PostgreSQL adds integers up to a decimal.
        sql<number>`cast(sum(count) as bigint)`.as('total'),
      ])
      .where('subject_id', 'in', subjectIds)
      .where('hour', '>=', from)
      .where('hour', '<', to)
      .groupBy(['subject_id', 'bucket_start', 'code'])
      .execute()
    return rows.map(({ subject_id: keyId, bucket_start: start, code, total: count }) => ({ keyId, start, code, count }))
  }

  return {
    async usage(subjectId, from, to, bucketMs) {
      const rows = await countsOf([subjectId], from, to, bucketMs)
      return rows.map(({ start, code, count }) => ({ start, code, count }))
    },

    usageByKey: countsOf,

    async keysWithin(organizationId, keyIds) {
      if (keyIds.length === 0) return new Set()
      // The organization is compared here: asked for it, SQLite would look through all of its keys.
      const rows = await db
        .selectFrom('keys')
        .select(['id', 'organization_id'])
        .where('id', 'in', keyIds)
        .where('catalogue', '=', 'product')
        .unionAll(db.selectFrom('tombstones').select(['key_id as id', 'organization_id']).where('key_id', 'in', keyIds))
        .execute()
      return new Set(rows.filter((row) => row.organization_id === organizationId).map(({ id }) => id))
    },

    async callers(keyId) {
      const rows = await db
        .selectFrom('usage_callers')
        .selectAll()
        .where('key_id', '=', keyId)
        .orderBy('last_seen_at', 'desc')
        .orderBy('caller')
        .execute()
      return rows.map((row) => ({
        prefix: row.prefix,
        ip: row.ip,
        userAgent: row.user_agent,
        client: row.client,
        firstSeenAt: row.first_seen_at,
        lastSeenAt: row.last_seen_at,
        count: row.count,
        lastCode: row.last_code,
      }))
    },

    async otherCallers(keyId) {
      const row = await db.selectFrom('usage_others').select('count').where('key_id', '=', keyId).executeTakeFirst()
      return row?.count ?? 0
    },

    async scopeUses(keyId) {
      const rows = await db
        .selectFrom('key_scopes')
        .select(['scope', 'granted_at', 'last_used_day'])
        .where('key_id', '=', keyId)
        .execute()
      const use = await db
        .selectFrom('key_uses')
        .select('scopes_noted_since')
        .where('key_id', '=', keyId)
        .executeTakeFirst()
      const scopes = rows.map((row) => ({
        scope: row.scope,
        grantedAt: row.granted_at,
        lastUsedDay: row.last_used_day,
      }))
      return { notedSince: use?.scopes_noted_since ?? null, scopes }
    },

    async denials({ organizationId, keyId, requestId, after, since, limit }) {
      let query = db
        .selectFrom('usage_denials')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('at', '>=', since)
      if (keyId !== undefined) query = query.where('key_id', '=', keyId)
      if (requestId !== undefined) query = query.where('request_id', '=', requestId)
      if (after !== null) {
        const { at, id } = after
        query = query.where(({ eb, or, and }) => or([eb('at', '<', at), and([eb('at', '=', at), eb('id', '<', id)])]))
      }
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map((row) => ({
        id: row.id,
        organizationId: row.organization_id,
        keyId: row.key_id,
        at: row.at,
        code: row.code,
        ip: row.ip,
        requestId: row.request_id,
      }))
    },

    async tombstone(keyId) {
      const row = await db
        .selectFrom('tombstones')
        .select(['organization_id', 'prefix'])
        .where('key_id', '=', keyId)
        .executeTakeFirst()
      return row && { organizationId: row.organization_id, prefix: row.prefix }
    },
  }
}
