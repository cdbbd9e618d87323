import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { LastUse } from '../domain/usage-records.ts'
import type { Engine } from './dialect.ts'
import type { Schema } from './schema.ts'

/** What the engines say differently. */
export type Dialects = Pick<Engine, 'freeRows' | 'itemsOf' | 'unsynced'>

type Holding = Dialects & { freeRows: RawBuilder<unknown> }

interface Target {
  /** What tells two uses of the same row from two rows. */
  subjectOf: (use: LastUse) => string
  /** Takes those rows of these that nobody else holds, and names their subjects. */
  hold: (db: Kysely<Schema>, dialects: Holding, uses: readonly LastUse[]) => Promise<Set<string>>
  write: (db: Kysely<Schema>, dialects: Dialects, uses: readonly LastUse[]) => Promise<void>
}

const KEYS: Target = {
  subjectOf: ({ keyId }) => keyId,
  async hold(db, { freeRows, itemsOf }, uses) {
    const given = itemsOf(uses.map(({ keyId }) => [keyId]))
    const { rows } = await sql<{ id: string }>`
      select id from keys where id in (select value ->> 0 from ${given}) ${freeRows}`.execute(db)
    return new Set(rows.map(({ id }) => id))
  },
  async write(db, { itemsOf }, uses) {
    const given = itemsOf(uses.map(({ keyId, at, ip }) => [keyId, at, ip]))
    await sql`
      update keys set last_used_at = used.at, last_used_ip = used.ip
      from (select value ->> 0 as key_id, cast(value ->> 1 as bigint) as at, value ->> 2 as ip from ${given}) as used
      where keys.id = used.key_id and (keys.last_used_at is null or keys.last_used_at <= used.at)`.execute(db)
  },
}

const SECRETS: Target = {
  subjectOf: ({ keyId, prefix }) => `${keyId} ${prefix}`,
  async hold(db, { freeRows, itemsOf }, uses) {
    const given = itemsOf(uses.map(({ keyId }) => [keyId]))
    const { rows } = await sql<{ key_id: string; prefix: string }>`
      select key_id, prefix from secrets where key_id in (select value ->> 0 from ${given}) ${freeRows}`.execute(db)
    return new Set(rows.map(({ key_id, prefix }) => `${key_id} ${prefix}`))
  },
  async write(db, { itemsOf }, uses) {
    const given = itemsOf(uses.map(({ keyId, prefix, at }) => [keyId, prefix, at]))
    await sql`
      update secrets set last_used_at = used.at
      from (select value ->> 0 as key_id, value ->> 1 as prefix, cast(value ->> 2 as bigint) as at from ${given}) as used
      where secrets.key_id = used.key_id and secrets.prefix = used.prefix
        and (secrets.last_used_at is null or secrets.last_used_at <= used.at)`.execute(db)
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
  dialects: Dialects,
  uses: readonly LastUse[],
): Promise<HeldUses> {
  if (uses.length === 0) return []
  const left: HeldUses = []
  for (const target of [KEYS, SECRETS]) {
    const latestUses = latest(uses, target.subjectOf)
    if (dialects.freeRows === null) {
      await target.write(transaction, dialects, latestUses)
      continue
    }
    const taken = await target.hold(transaction, { ...dialects, freeRows: dialects.freeRows }, latestUses)
    const free = latestUses.filter((use) => taken.has(target.subjectOf(use)))
    if (free.length > 0) await target.write(transaction, dialects, free)
    for (const use of latestUses) if (!taken.has(target.subjectOf(use))) left.push({ target, use })
  }
  return left
}

/** One row at a time, so that whoever is waited for cannot be waiting for us. */
export async function recordHeldUses(db: Kysely<Schema>, dialects: Dialects, held: HeldUses): Promise<void> {
  for (const { target, use } of held) await target.write(db, dialects, [use])
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
