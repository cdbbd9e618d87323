import { hash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { UsageStore } from '../domain/ports.ts'
import { type CallerRecord, DAY_MS, MAX_CALLERS, MAX_DENIALS, type UsagePortion } from '../domain/usage-records.ts'
import { type Dialects, recordHeldUses, recordLastUses } from './last-uses.ts'
import type { Schema, UsageCallerRow } from './schema.ts'
import { recordHeldScopes, recordScopeUses } from './scope-uses.ts'
import { removeOldUsage } from './usage-retention.ts'

/** Writes what was used. Nothing that a verdict rests on is written here, so no use can undo a change. */
export function createUsageStore(db: Kysely<Schema>, dialects: Dialects): UsageStore {
  return {
    async recordUsage(portion) {
      const held = await dialects.unsynced(db, async (transaction) => {
        if (await isNext(transaction, portion)) await addUsage(transaction, dialects, portion)
        // Again where the portion was written before: that does no harm, and what was held then may still be left.
        const lastUses = await recordLastUses(transaction, dialects, portion.lastUses)
        return { lastUses, scopes: await recordScopeUses(transaction, dialects, portion.scopes) }
      })
      await recordHeldUses(db, dialects, held.lastUses)
      await recordHeldScopes(db, dialects, held.scopes)
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

async function addUsage(
  db: Kysely<Schema>,
  dialects: Dialects,
  { hours, callers, others, denials }: UsagePortion,
): Promise<void> {
  await addHours(db, dialects, hours)
  const grown = await addCallers(db, dialects, callers)
  await addOthers(db, dialects, others)
  for (const keyId of await crowded(db, 'usage_callers', grown, MAX_CALLERS)) await makeRoom(db, dialects, keyId)
  await addDenials(db, denials)
  const refused = denials.map(({ keyId }) => keyId)
  for (const keyId of await crowded(db, 'usage_denials', refused, MAX_DENIALS)) await dropOldDenials(db, keyId)
}

/** Rows are taken in the same order by whoever writes them, so that no two writers wait for each other. */
function inOrder<T>({ freeRows }: Dialects, rows: readonly T[], subjectOf: (row: T) => string): readonly T[] {
  // Who writes alone may take them as they come.
  if (freeRows === null) return rows
  return rows
    .map((row) => ({ row, subject: subjectOf(row) }))
    .sort((a, b) => (a.subject < b.subject ? -1 : 1))
    .map(({ row }) => row)
}

async function addHours(db: Kysely<Schema>, dialects: Dialects, hours: UsagePortion['hours']): Promise<void> {
  const counts = inOrder(dialects, hours, ({ subjectId, hour, code }) => `${hour} ${subjectId} ${code}`)
  const rows = counts.map(({ subjectId, hour, code, count }) => [count, hour, subjectId, code] as const)
  // Most of them have been counted within the hour before.
  const statement = 'update usage_hours set count = count + ? where hour = ? and subject_id = ? and code = ?'
  const added = dialects.updateEach?.(statement, rows) ?? rows
  if (added.length === 0) return
  await sql`
    insert into usage_hours (count, hour, subject_id, code)
    select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), value ->> 2, value ->> 3
    from ${dialects.itemsOf(added)} where true
    on conflict (hour, subject_id, code) do update set count = usage_hours.count + excluded.count`.execute(db)
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

interface NamedCaller {
  caller: string
  record: UsagePortion['callers'][number]
}

/** @returns the keys that have callers they did not have before. */
async function addCallers(db: Kysely<Schema>, dialects: Dialects, callers: UsagePortion['callers']): Promise<string[]> {
  const named = inOrder(
    dialects,
    callers.map((record) => ({ record, caller: nameOf(record) })),
    ({ record, caller }) => `${record.keyId} ${caller}`,
  )
  const added = recountCallers(dialects, named)
  if (added.length === 0) return []
  const given = dialects.itemsOf(
    added.map(({ caller, record }) => {
      const { keyId, prefix, ip, userAgent, client, firstSeenAt, lastSeenAt, count, lastCode } = record
      const day = dayOf(lastSeenAt)
      return [keyId, caller, prefix, ip, userAgent, client, firstSeenAt, lastSeenAt, day, count, lastCode]
    }),
  )
  const isLater = sql`excluded.last_seen_at >= usage_callers.last_seen_at`
  const { rows: written } = await sql<Pick<UsageCallerRow, 'key_id' | 'caller' | 'count'>>`
    insert into usage_callers
      (key_id, caller, prefix, ip, user_agent, client, first_seen_at, last_seen_at, last_seen_day, count, last_code)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
      cast(value ->> 6 as bigint), cast(value ->> 7 as bigint), cast(value ->> 8 as bigint),
      cast(value ->> 9 as bigint), value ->> 10
    from ${given} where true
    on conflict (key_id, caller) do update set
      count = usage_callers.count + excluded.count,
      last_code = case when ${isLater} then excluded.last_code else usage_callers.last_code end,
      last_seen_day = case when ${isLater} then excluded.last_seen_day else usage_callers.last_seen_day end,
      last_seen_at = case when ${isLater} then excluded.last_seen_at else usage_callers.last_seen_at end
    returning key_id, caller, count`.execute(db)
  // A row that counts no more than was added to it is new.
  const counts = new Map(added.map(({ record, caller }) => [`${record.keyId} ${caller}`, record.count]))
  const fresh = written.filter(({ key_id, caller, count }) => counts.get(`${key_id} ${caller}`) === count)
  return fresh.map(({ key_id }) => key_id)
}

/** Most callers were seen before, on the same day and not later. @returns those of whom that is not so. */
function recountCallers({ updateEach }: Dialects, callers: readonly NamedCaller[]): readonly NamedCaller[] {
  if (updateEach === null) return callers
  const statement = `update usage_callers set count = count + ?, last_seen_at = ?, last_code = ?
    where key_id = ? and caller = ? and last_seen_day = ? and last_seen_at <= ?`
  const rows = callers.map(({ caller, record }) => {
    const { keyId, count, lastSeenAt, lastCode } = record
    return [count, lastSeenAt, lastCode, keyId, caller, dayOf(lastSeenAt), lastSeenAt] as const
  })
  const missed = new Set(updateEach(statement, rows))
  return missed.size === 0 ? [] : callers.filter((_, at) => missed.has(rows[at] as (typeof rows)[number]))
}

const dayOf = (time: number) => Math.floor(time / DAY_MS)

/** The columns that tell a caller are too long for an index. */
function nameOf({ prefix, ip, userAgent, client }: CallerRecord): string {
  return hash('sha256', JSON.stringify([prefix, ip, userAgent, client]), 'base64url')
}

async function addOthers(db: Kysely<Schema>, dialects: Dialects, others: UsagePortion['others']): Promise<void> {
  if (others.length === 0) return
  const rows = inOrder(dialects, others, ({ keyId }) => keyId)
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
async function makeRoom(db: Kysely<Schema>, dialects: Dialects, keyId: string): Promise<void> {
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
  await addOthers(db, dialects, [{ keyId, count, lastSeenAt }])
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
