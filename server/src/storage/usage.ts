import { hash } from 'node:crypto'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { UsageStore } from '../domain/ports.ts'
import { type CallerRecord, MAX_CALLERS, MAX_DENIALS, type UsagePortion } from '../domain/usage-records.ts'
import { recordHeldUses, recordLastUses } from './last-uses.ts'
import type { Schema, UsageCallerRow } from './schema.ts'
import { removeOldUsage } from './usage-retention.ts'

/**
 * Writes what was used. Nothing that a verdict rests on is written here, so no use can undo a change.
 * @param freeRows ends a select that takes only rows that nobody holds.
 */
export function createUsageStore(db: Kysely<Schema>, freeRows: RawBuilder<unknown>): UsageStore {
  return {
    async recordUsage(portion) {
      const held = await db.transaction().execute(async (transaction) => {
        if (await isNext(transaction, portion)) await addUsage(transaction, portion)
        // Again where the portion was written before: that does no harm, and what was held then may still be left.
        return recordLastUses(transaction, freeRows, portion.lastUses)
      })
      await recordHeldUses(db, held)
    },

    removeOldUsage: (now, limit) => removeOldUsage(db, now, limit),
  }
}

/** Notes that the portion is written; false: it was written before, and only the answer to its COMMIT was lost. */
async function isNext(db: Kysely<Schema>, { writer, number: portion, at }: UsagePortion): Promise<boolean> {
  const row = await db
    .insertInto('usage_writers')
    .values({ writer, portion, at })
    .onConflict((conflict) =>
      conflict.column('writer').doUpdateSet({ portion, at }).where('usage_writers.portion', '<', portion),
    )
    .returning('portion')
    .executeTakeFirst()
  return row !== undefined
}

async function addUsage(db: Kysely<Schema>, { hours, callers, others, denials }: UsagePortion): Promise<void> {
  await addHours(db, hours)
  const grown = await addCallers(db, callers)
  await addOthers(db, others)
  for (const keyId of await crowded(db, 'usage_callers', grown, MAX_CALLERS)) await makeRoom(db, keyId)
  await addDenials(db, denials)
  const refused = denials.map(({ keyId }) => keyId)
  for (const keyId of await crowded(db, 'usage_denials', refused, MAX_DENIALS)) await dropOldDenials(db, keyId)
}

/** Rows are taken in the same order by whoever writes them, so that no two writers wait for each other. */
function inOrder<T>(rows: readonly T[], subjectOf: (row: T) => string): T[] {
  return rows
    .map((row) => ({ row, subject: subjectOf(row) }))
    .sort((a, b) => (a.subject < b.subject ? -1 : 1))
    .map(({ row }) => row)
}

async function addHours(db: Kysely<Schema>, hours: UsagePortion['hours']): Promise<void> {
  if (hours.length === 0) return
  const rows = inOrder(hours, ({ subjectId, hour, code }) => `${subjectId} ${hour} ${code}`)
  await db
    .insertInto('usage_hours')
    .values(rows.map(({ subjectId, hour, code, count }) => ({ subject_id: subjectId, hour, code, count })))
    .onConflict((conflict) =>
      conflict.columns(['subject_id', 'hour', 'code']).doUpdateSet({ count: sql`usage_hours.count + excluded.count` }),
    )
    .execute()
}

/** @returns those of the keys that have more rows than are kept. */
async function crowded(
  db: Kysely<Schema>,
  table: 'usage_callers' | 'usage_denials',
  keyIds: readonly string[],
  bound: number,
): Promise<string[]> {
  if (keyIds.length === 0) return []
  const rows = await db
    .selectFrom(table)
    .select('key_id')
    .where('key_id', 'in', [...new Set(keyIds)])
    .groupBy('key_id')
    .having(({ fn }) => fn.countAll<number>(), '>', bound)
    .execute()
  return rows.map(({ key_id }) => key_id)
}

/** @returns the keys that have callers they did not have before. */
async function addCallers(db: Kysely<Schema>, callers: UsagePortion['callers']): Promise<string[]> {
  const rows = inOrder(callers.map(fromCaller), ({ key_id, caller }) => `${key_id} ${caller}`)
  if (rows.length === 0) return []
  const isLater = sql`excluded.last_seen_at >= usage_callers.last_seen_at`
  const written = await db
    .insertInto('usage_callers')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['key_id', 'caller']).doUpdateSet({
        count: sql`usage_callers.count + excluded.count`,
        last_code: sql`case when ${isLater} then excluded.last_code else usage_callers.last_code end`,
        last_seen_at: sql`case when ${isLater} then excluded.last_seen_at else usage_callers.last_seen_at end`,
      }),
    )
    .returning(['key_id', 'caller', 'count'])
    .execute()
  const added = new Map(rows.map(({ key_id, caller, count }) => [`${key_id} ${caller}`, count]))
  const fresh = written.filter(({ key_id, caller, count }) => added.get(`${key_id} ${caller}`) === count)
  return fresh.map(({ key_id }) => key_id)
}

function fromCaller(record: CallerRecord & { keyId: string }): UsageCallerRow {
  const { keyId, prefix, ip, userAgent, client, firstSeenAt, lastSeenAt, count, lastCode } = record
  return {
    key_id: keyId,
    // The columns themselves are too long for an index.
    caller: hash('sha256', JSON.stringify([prefix, ip, userAgent, client]), 'base64url'),
    prefix,
    ip,
    user_agent: userAgent,
    client,
    first_seen_at: firstSeenAt,
    last_seen_at: lastSeenAt,
    count,
    last_code: lastCode,
  }
}

async function addOthers(db: Kysely<Schema>, others: UsagePortion['others']): Promise<void> {
  if (others.length === 0) return
  const rows = inOrder(others, ({ keyId }) => keyId)
  await db
    .insertInto('usage_others')
    .values(rows.map(({ keyId, count, lastSeenAt }) => ({ key_id: keyId, count, last_seen_at: lastSeenAt })))
    .onConflict((conflict) =>
      conflict.column('key_id').doUpdateSet({
        count: sql`usage_others.count + excluded.count`,
        last_seen_at: sql`excluded.last_seen_at`,
      }),
    )
    .execute()
}

/** The least recently seen callers beyond the bound become others: what they did still counts. */
async function makeRoom(db: Kysely<Schema>, keyId: string): Promise<void> {
  const callers = await db
    .selectFrom('usage_callers')
    .select(['caller', 'count', 'last_seen_at'])
    .where('key_id', '=', keyId)
    .orderBy('last_seen_at', 'desc')
    .orderBy('caller')
    .execute()
  const beyond = callers.slice(MAX_CALLERS)
  const lastSeenAt = Math.max(...beyond.map((caller) => caller.last_seen_at))
  await db
    .deleteFrom('usage_callers')
    .where('key_id', '=', keyId)
    .where(
      'caller',
      'in',
      beyond.map(({ caller }) => caller),
    )
    .execute()
  const count = beyond.reduce((sum, caller) => sum + caller.count, 0)
  await addOthers(db, [{ keyId, count, lastSeenAt }])
}

async function addDenials(db: Kysely<Schema>, denials: UsagePortion['denials']): Promise<void> {
  if (denials.length === 0) return
  await db
    .insertInto('usage_denials')
    .values(
      denials.map(({ id, organizationId, keyId, at, code, ip, requestId }) => ({
        id,
        organization_id: organizationId,
        key_id: keyId,
        at,
        code,
        ip,
        request_id: requestId,
      })),
    )
    .execute()
}

async function dropOldDenials(db: Kysely<Schema>, keyId: string): Promise<void> {
  const newestToGo = db
    .selectFrom('usage_denials')
    .select(['at', 'id'])
    .where('key_id', '=', keyId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .offset(MAX_DENIALS)
  const { at, id } = await newestToGo.executeTakeFirstOrThrow()
  await db
    .deleteFrom('usage_denials')
    .where('key_id', '=', keyId)
    .where(({ eb, or, and }) => or([eb('at', '<', at), and([eb('at', '=', at), eb('id', '<=', id)])]))
    .execute()
}
