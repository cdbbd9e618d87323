import { type Kysely, sql } from 'kysely'
import type { LastUse, UsageStore } from '../domain/ports.ts'
import type { Schema } from './schema.ts'

/** Writes in portions, so that a change of authority never waits long behind a burst of use. */
const PORTION = 500

export function createUsageStore(db: Kysely<Schema>): UsageStore {
  return {
    async recordLastUses(uses) {
      for (let start = 0; start < uses.length; start += PORTION) {
        const portion = uses.slice(start, start + PORTION)
        // Not in one transaction: holding the rows of one table while waiting for the other's could meet a change that
        // takes them in the other order.
        await recordOnKeys(
          db,
          latest(portion, ({ keyId }) => keyId),
        )
        await recordOnSecrets(
          db,
          latest(portion, ({ keyId, prefix }) => `${keyId} ${prefix}`),
        )
        await new Promise(setImmediate)
      }
    },
  }
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

async function recordOnKeys(db: Kysely<Schema>, uses: readonly LastUse[]): Promise<void> {
  await sql`
    update keys set last_used_at = used.column2, last_used_ip = used.column3
    from (values ${sql.join(uses.map(({ keyId, at, ip }) => sql`(${text(keyId)}, ${integer(at)}, ${text(ip)})`))}) as used
    where keys.id = used.column1 and (keys.last_used_at is null or keys.last_used_at <= used.column2)`.execute(db)
}

async function recordOnSecrets(db: Kysely<Schema>, uses: readonly LastUse[]): Promise<void> {
  await sql`
    update secrets set last_used_at = used.column3
    from (values ${sql.join(uses.map(({ keyId, prefix, at }) => sql`(${text(keyId)}, ${text(prefix)}, ${integer(at)})`))}) as used
    where secrets.key_id = used.column1 and secrets.prefix = used.column2
      and (secrets.last_used_at is null or secrets.last_used_at <= used.column3)`.execute(db)
}

const text = (value: string | null) => sql`cast(${value} as text)`
const integer = (value: number) => sql`cast(${value} as bigint)`
