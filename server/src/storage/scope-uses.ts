import { type Kysely, sql } from 'kysely'
import type { ScopeUse } from '../domain/usage-records.ts'
import type { Dialects } from './last-uses.ts'
import type { Schema } from './schema.ts'

/**
 * Writes on which day scopes of keys were last used, within a transaction. The key's row in `key_uses` is taken first:
 * whoever deletes the key takes it too, so nothing is left of a deleted key. As with last uses, none is waited for while
 * others are held.
 * @returns what is left for `recordHeldScopes` once the transaction is over.
 */
export async function recordScopeUses(
  transaction: Kysely<Schema>,
  { freeRows, itemsOf }: Dialects,
  uses: readonly ScopeUse[],
): Promise<ScopeUse[]> {
  if (uses.length === 0) return []
  const keys = itemsOf([...new Set(uses.map(({ keyId }) => keyId))].map((keyId) => [keyId]))
  const { rows } = await sql<{ key_id: string }>`
    select key_id from key_uses where key_id in (select value ->> 0 from ${keys}) ${freeRows ?? sql``}`.execute(
    transaction,
  )
  const taken = new Set(rows.map(({ key_id }) => key_id))
  const free = uses.filter(({ keyId }) => taken.has(keyId))
  if (free.length > 0) {
    const given = itemsOf(free.map(({ keyId, scope, day }) => [keyId, scope, day]))
    await sql`
      insert into key_scopes (key_id, scope, last_used_day)
      select value ->> 0, value ->> 1, cast(value ->> 2 as bigint) from ${given} where true
      on conflict (key_id, scope) do update set last_used_day = excluded.last_used_day
      where key_scopes.last_used_day is null or key_scopes.last_used_day < excluded.last_used_day`.execute(transaction)
  }
  return freeRows === null ? [] : uses.filter(({ keyId }) => !taken.has(keyId))
}

/** One key at a time, so that whoever is waited for cannot be waiting for us. Of a key that is gone nothing is written. */
export async function recordHeldScopes(
  db: Kysely<Schema>,
  dialects: Dialects,
  held: readonly ScopeUse[],
): Promise<void> {
  for (const use of held) {
    await db.transaction().execute(async (transaction) => {
      await takeUseRow(transaction, use.keyId)
      await recordScopeUses(transaction, dialects, [use])
    })
  }
}

/** Notes when scopes were granted to a key that has others already. What they were used for before is over. */
export async function noteGrants(
  transaction: Kysely<Schema>,
  keyId: string,
  scopes: readonly string[],
  at: number,
): Promise<void> {
  if (scopes.length === 0) return
  // In the order in which uses are written.
  await takeUseRow(transaction, keyId)
  await transaction
    .insertInto('key_scopes')
    .values(scopes.map((scope) => ({ key_id: keyId, scope, granted_at: at, last_used_day: null })))
    .onConflict((conflict) =>
      conflict.columns(['key_id', 'scope']).doUpdateSet({ granted_at: at, last_used_day: null }),
    )
    .execute()
}

async function takeUseRow(transaction: Kysely<Schema>, keyId: string): Promise<void> {
  await transaction
    .updateTable('key_uses')
    .set({ prefix: sql.ref('prefix') })
    .where('key_id', '=', keyId)
    .execute()
}
