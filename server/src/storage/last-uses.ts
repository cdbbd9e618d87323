import { type Kysely, sql } from 'kysely'
import type { LastUse } from '../domain/usage-records.ts'
import type { Engine } from './dialect.ts'
import type { KeyUseRow, Schema } from './schema.ts'

/** What the engines say differently. */
export type Dialects = Pick<Engine, 'freeRows' | 'itemsOf' | 'unsynced' | 'updateEach'>

type SecretUse = Pick<LastUse, 'keyId' | 'prefix' | 'at'>

/** What could not be written at once, because somebody held the row. */
export interface HeldUses {
  keys: LastUse[]
  secrets: SecretUse[]
}

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
  const left = repeatLastUses(dialects, latest(uses))
  if (left.length === 0) return { keys: [], secrets: [] }
  const found = await takeUses(transaction, dialects, left)
  const held = dialects.freeRows === null ? [] : left.filter(({ keyId }) => !found.has(keyId))
  const keyUses: LastUse[] = []
  const secretUses: SecretUse[] = []
  for (const [keyId, own] of groupByKey(left)) {
    const row = found.get(keyId)
    if (row === undefined) continue
    const { last, others } = compareUses(row, own)
    if (last !== null) keyUses.push(last)
    secretUses.push(...others)
  }
  await writeKeyUses(transaction, dialects, keyUses)
  return { keys: held, secrets: await writeFreeSecretUses(transaction, dialects, secretUses) }
}

/** One row at a time, so that whoever is waited for cannot be waiting for us. */
export async function recordHeldUses(db: Kysely<Schema>, dialects: Dialects, { keys, secrets }: HeldUses) {
  const left = [...secrets]
  for (const use of keys) {
    const held = await db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('key_uses')
        .set({ prefix: sql.ref('prefix') })
        .where('key_id', '=', use.keyId)
        .execute()
      return recordLastUses(transaction, dialects, [use])
    })
    left.push(...held.secrets)
  }
  for (const use of left) await writeSecretUses(db, dialects, [use])
}

/** One row of many would be picked at random where they belong to the same thing. */
function latest(uses: readonly LastUse[]): LastUse[] {
  return [...groupByKey(uses).values()].flatMap((own) => {
    if (own.length === 1) return own
    const found = new Map<string, LastUse>()
    for (const use of own) if (use.at >= (found.get(use.prefix)?.at ?? 0)) found.set(use.prefix, use)
    return [...found.values()]
  })
}

function groupByKey(uses: readonly LastUse[]): Map<string, LastUse[]> {
  const groups = new Map<string, LastUse[]>()
  for (const use of uses) {
    const group = groups.get(use.keyId)
    if (group) group.push(use)
    else groups.set(use.keyId, [use])
  }
  return groups
}

/** Nearly always a key is used by the secret by which it was used before. @returns the uses of which that was not so. */
function repeatLastUses({ updateEach }: Dialects, uses: readonly LastUse[]): readonly LastUse[] {
  if (updateEach === null) return uses
  const statement = `update key_uses set last_used_at = ?, last_used_ip = ?
    where key_id = ? and prefix = ? and last_used_at <= ?`
  const rows = uses.map((use) => [use.at, use.ip, use.keyId, use.prefix, use.at] as const)
  const missed = new Set(updateEach(statement, rows))
  return missed.size === 0 ? [] : uses.filter((_, at) => missed.has(rows[at] as (typeof rows)[number]))
}

/** Takes those rows of these keys that nobody else holds. */
async function takeUses(
  transaction: Kysely<Schema>,
  { freeRows, itemsOf }: Dialects,
  uses: readonly LastUse[],
): Promise<Map<string, KeyUseRow>> {
  const given = itemsOf(uses.map(({ keyId }) => [keyId]))
  const { rows } = await sql<KeyUseRow>`
    select * from key_uses where key_id in (select value ->> 0 from ${given}) ${freeRows ?? sql``}`.execute(transaction)
  return new Map(rows.map((row) => [row.key_id, row]))
}

/**
 * @returns the key's last use, null where it is the one that is known; and what must be noted of secrets, because the
 * key's last use does not tell it.
 */
function compareUses(row: KeyUseRow, uses: readonly LastUse[]): { last: LastUse | null; others: SecretUse[] } {
  let last: LastUse | null = null
  for (const use of uses) if (use.at >= (last?.at ?? row.last_used_at ?? 0)) last = use
  const lastPrefix = last?.prefix ?? row.prefix
  const others: SecretUse[] = uses.filter(({ prefix }) => prefix !== lastPrefix)
  const { key_id: keyId, prefix, last_used_at: at } = row
  const isOutdone = prefix !== null && at !== null && prefix !== lastPrefix
  if (isOutdone && !others.some((use) => use.prefix === prefix && use.at >= at)) others.push({ keyId, prefix, at })
  return { last, others: others.filter((use) => !(use.prefix === prefix && at !== null && use.at < at)) }
}

async function writeKeyUses(db: Kysely<Schema>, { itemsOf }: Dialects, uses: readonly LastUse[]): Promise<void> {
  if (uses.length === 0) return
  const given = itemsOf(uses.map(({ keyId, prefix, at, ip }) => [keyId, prefix, at, ip]))
  await sql`
    update key_uses set prefix = used.prefix, last_used_at = used.at, last_used_ip = used.ip
    from (
      select value ->> 0 as key_id, value ->> 1 as prefix, cast(value ->> 2 as bigint) as at, value ->> 3 as ip
      from ${given}
    ) as used
    where key_uses.key_id = used.key_id`.execute(db)
}

/** @returns those whose rows somebody else holds, or that are gone. */
async function writeFreeSecretUses(
  transaction: Kysely<Schema>,
  dialects: Dialects,
  uses: readonly SecretUse[],
): Promise<SecretUse[]> {
  const { freeRows, itemsOf } = dialects
  if (freeRows === null || uses.length === 0) {
    await writeSecretUses(transaction, dialects, uses)
    return []
  }
  const given = itemsOf(uses.map(({ keyId }) => [keyId]))
  const { rows } = await sql<{ key_id: string; prefix: string }>`
    select key_id, prefix from secrets where key_id in (select value ->> 0 from ${given}) ${freeRows}`.execute(
    transaction,
  )
  const free = new Set(rows.map(({ key_id, prefix }) => `${key_id} ${prefix}`))
  const isFree = ({ keyId, prefix }: SecretUse) => free.has(`${keyId} ${prefix}`)
  await writeSecretUses(transaction, dialects, uses.filter(isFree))
  return uses.filter((use) => !isFree(use))
}

async function writeSecretUses(db: Kysely<Schema>, { itemsOf }: Dialects, uses: readonly SecretUse[]): Promise<void> {
  if (uses.length === 0) return
  const given = itemsOf(uses.map(({ keyId, prefix, at }) => [keyId, prefix, at]))
  await sql`
    update secrets set last_used_at = used.at
    from (select value ->> 0 as key_id, value ->> 1 as prefix, cast(value ->> 2 as bigint) as at from ${given}) as used
    where secrets.key_id = used.key_id and secrets.prefix = used.prefix
      and (secrets.last_used_at is null or secrets.last_used_at <= used.at)`.execute(db)
}
