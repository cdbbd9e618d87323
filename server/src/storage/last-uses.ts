import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { LastUse } from '../domain/usage-records.ts'
import type { Schema } from './schema.ts'

interface Target {
  /** What tells two uses of the same row from two rows. */
  subjectOf: (use: LastUse) => string
  /** Takes those rows of these that nobody else holds, and names their subjects. */
  hold: (db: Kysely<Schema>, uses: readonly LastUse[], freeRows: RawBuilder<unknown>) => Promise<Set<string>>
  write: (db: Kysely<Schema>, uses: readonly LastUse[]) => Promise<void>
}

const KEYS: Target = {
  subjectOf: ({ keyId }) => keyId,
  async hold(db, uses, freeRows) {
    const { rows } = await sql<{ id: string }>`
      select id from keys where id in (${sql.join(uses.map(({ keyId }) => keyId))}) ${freeRows}`.execute(db)
    return new Set(rows.map(({ id }) => id))
  },
  async write(db, uses) {
    await sql`
      update keys set last_used_at = used.column2, last_used_ip = used.column3
      from (values ${sql.join(uses.map(({ keyId, at, ip }) => sql`(${text(keyId)}, ${integer(at)}, ${text(ip)})`))}) as used
      where keys.id = used.column1 and (keys.last_used_at is null or keys.last_used_at <= used.column2)`.execute(db)
  },
}

const SECRETS: Target = {
  subjectOf: ({ keyId, prefix }) => `${keyId} ${prefix}`,
  async hold(db, uses, freeRows) {
    const { rows } = await sql<{ key_id: string; prefix: string }>`
      select key_id, prefix from secrets
      where key_id in (${sql.join(uses.map(({ keyId }) => keyId))}) ${freeRows}`.execute(db)
    return new Set(rows.map(({ key_id, prefix }) => `${key_id} ${prefix}`))
  },
  async write(db, uses) {
    await sql`
      update secrets set last_used_at = used.column3
      from (values ${sql.join(uses.map(({ keyId, prefix, at }) => sql`(${text(keyId)}, ${text(prefix)}, ${integer(at)})`))}) as used
      where secrets.key_id = used.column1 and secrets.prefix = used.column2
        and (secrets.last_used_at is null or secrets.last_used_at <= used.column3)`.execute(db)
  },
}

/** What could not be written at once: somebody held the row, or there is none any more. */
export type HeldUses = { target: Target; use: LastUse }[]

/**
 * Writes when keys and secrets were last used, within a transaction. A change may hold many of these rows and want more
 * of them, in any order; so none is waited for while others are held.
 * @returns what is left for `recordHeldUses` once the transaction is over.
 */
export async function recordLastUses(
  transaction: Kysely<Schema>,
  freeRows: RawBuilder<unknown>,
  uses: readonly LastUse[],
): Promise<HeldUses> {
  if (uses.length === 0) return []
  const left: HeldUses = []
  for (const target of [KEYS, SECRETS]) {
    const latestUses = latest(uses, target.subjectOf)
    const taken = await target.hold(transaction, latestUses, freeRows)
    const free = latestUses.filter((use) => taken.has(target.subjectOf(use)))
    if (free.length > 0) await target.write(transaction, free)
    for (const use of latestUses) if (!taken.has(target.subjectOf(use))) left.push({ target, use })
  }
  return left
}

/** One row at a time, so that whoever is waited for cannot be waiting for us. */
export async function recordHeldUses(db: Kysely<Schema>, held: HeldUses): Promise<void> {
  for (const { target, use } of held) await target.write(db, [use])
}

/** One row of many would be picked at random where they belong to the same thing. */
function latest(uses: readonly LastUse[], subjectOf: (use: LastUse) => string): LastUse[] {
  const found = new Map<string, LastUse>()
  for (const use of uses) {
    const subject = subjectOf(use)
    if (use.at >= (found.get(subject)?.at ?? 0)) found.set(subject, use)
  }
  return [...found.values()]
}

const text = (value: string | null) => sql`cast(${value} as text)`
const integer = (value: number) => sql`cast(${value} as bigint)`
