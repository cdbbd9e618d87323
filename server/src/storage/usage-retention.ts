import { type Kysely, sql } from 'kysely'
import { DAY_MS, DENIALS_KEPT_MS, USAGE_KEPT_MS } from '../domain/usage-records.ts'
import type { Schema } from './schema.ts'

/** How long a writer is remembered; one that has a portion to write for longer has ended. */
const WRITERS_KEPT_MS = DAY_MS

/**
 * What is removed by its age: of each table the columns that name a row, the time it has, in which unit, and how long it
 * is kept.
 */
const KINDS = [
  { table: 'usage_hours', key: ['hour', 'subject_id', 'code'], time: 'hour', unitMs: 1, keptMs: USAGE_KEPT_MS },
  { table: 'usage_callers', key: ['key_id', 'caller'], time: 'last_seen_day', unitMs: DAY_MS, keptMs: USAGE_KEPT_MS },
  { table: 'key_scopes', key: ['key_id', 'scope'], time: 'last_used_day', unitMs: DAY_MS, keptMs: USAGE_KEPT_MS },
  { table: 'usage_others', key: ['key_id'], time: 'last_seen_at', unitMs: 1, keptMs: USAGE_KEPT_MS },
  { table: 'usage_denials', key: ['id'], time: 'at', unitMs: 1, keptMs: DENIALS_KEPT_MS },
  { table: 'usage_writers', key: ['writer'], time: 'at', unitMs: 1, keptMs: WRITERS_KEPT_MS },
] as const

/** @returns whether there may be more. */
export async function removeOldUsage(db: Kysely<Schema>, now: number, limit: number): Promise<boolean> {
  let more = false
  for (const { table, key, time, unitMs, keptMs } of KINDS) {
    const oldest = Math.floor((now - keptMs) / unitMs)
    const columns = sql.join(key.map((column) => sql.ref(column)))
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.table(table)} where (${columns}) in (
        select ${columns} from ${sql.table(table)} where ${sql.ref(time)} < ${oldest} limit ${limit}
      )`.execute(db)
    more ||= numAffectedRows >= limit
  }
  return more
}
