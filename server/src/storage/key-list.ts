import type { Status } from '@claviger/core'
import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { KeyFilter, KeyListRequest, KeySort, Place } from '../domain/key-query.ts'
import type { KeyRecord } from '../domain/records.ts'
import { selectKeys } from './key-rows.ts'
import { toKey } from './rows.ts'
import type { Schema } from './schema.ts'

type OfKeys = ExpressionBuilder<Schema & { uses: Schema['key_uses'] }, 'keys' | 'uses'>
type Column = 'keys.created_at' | 'keys.name' | 'uses.last_used_at' | 'keys.expires_at'

const SORT_COLUMNS: Readonly<Record<KeySort, Column>> = {
  createdAt: 'keys.created_at',
  name: 'keys.name',
  lastUsedAt: 'uses.last_used_at',
  expiresAt: 'keys.expires_at',
}

/** One page of an organization's keys. Absent values come last in both directions. */
export async function listKeys(db: Kysely<Schema>, request: KeyListRequest): Promise<KeyRecord[]> {
  const { organizationId, filter, sort, descending, after, limit, now } = request
  const column = SORT_COLUMNS[sort]
  const direction = descending ? 'desc' : 'asc'
  // Of a column that always has a value the order is the index's own.
  const absentLast = sort === 'lastUsedAt' || sort === 'expiresAt' ? [absence(column)] : []
  let page = db
    .selectFrom('keys')
    .leftJoin('key_uses as uses', 'uses.key_id', 'keys.id')
    .select('keys.id')
    .where('keys.organization_id', '=', organizationId)
    .where('keys.catalogue', '=', 'product')
    .where((eb) => matches(eb as unknown as OfKeys, filter, now))
  if (after) page = page.where((eb) => isPast(eb as unknown as OfKeys, column, descending, after))
  for (const absent of absentLast) page = page.orderBy(absent)
  page = page.orderBy(column, direction).orderBy('keys.id', direction).limit(limit)
  // What is sorted is no more than what it is sorted by: whole rows, all of them, take five times as long.
  let rows = selectKeys(db).where('keys.id', 'in', page)
  for (const absent of absentLast) rows = rows.orderBy(absent)
  return (await rows.orderBy(column, direction).orderBy('keys.id', direction).execute()).map(toKey)
}

/** How many keys of each status match the filter, its statuses aside. */
export async function countKeys(
  db: Kysely<Schema>,
  organizationId: string,
  filter: KeyFilter,
  now: number,
): Promise<Partial<Record<Status, number>>> {
  const rows = await db
    .selectFrom('keys')
    // Takes a look-up for each key, so only where it is asked about.
    .$if(filter.unusedSince !== undefined, (keys) => keys.leftJoin('key_uses as uses', 'uses.key_id', 'keys.id'))
    .select((eb) => [statusAt(now).as('status'), eb.fn.countAll<number>().as('count')])
    .where('keys.organization_id', '=', organizationId)
    .where('keys.catalogue', '=', 'product')
    .where((eb) => matches(eb as unknown as OfKeys, { ...filter, statuses: [] }, now))
    .groupBy('status')
    .execute()
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** The same order of precedence as `statusOf`. */
function statusAt(now: number) {
  return sql<Status>`case
    when keys.revoked_at is not null then 'revoked'
    when keys.disabled_at is not null then 'disabled'
    when keys.expires_at <= ${now} then 'expired'
    when keys.pending_since is not null then 'pending'
    else 'active' end`
}

function matches(eb: OfKeys, filter: KeyFilter, now: number): Expression<SqlBool> {
  const { statuses, environment, scope, createdBy, owner, secretsOf, q, unusedSince, expiresBefore } = filter
  const all: Expression<SqlBool>[] = []
  if (statuses.length > 0) all.push(eb(statusAt(now), 'in', statuses))
  if (environment !== undefined) all.push(eb('keys.environment', '=', environment))
  if (createdBy !== undefined) all.push(eb('keys.created_by_id', '=', createdBy))
  if (owner !== undefined) all.push(eb('keys.owner_id', '=', owner))
  if (secretsOf !== undefined) all.push(eb.or(secretsOf.map((one) => isOfSecret(eb, one))))
  if (expiresBefore !== undefined) all.push(eb('keys.expires_at', '<', expiresBefore))
  if (unusedSince !== undefined) {
    const never = eb.and([eb('uses.last_used_at', 'is', null), eb('keys.created_at', '<', unusedSince)])
    all.push(eb.or([eb('uses.last_used_at', '<', unusedSince), never]))
  }
  if (scope !== undefined) {
    const [resource] = scope.split(':')
    const grants = new Set([scope, `${resource}:*`, '*'])
    all.push(eb.or([...grants].map((grant) => contains(sql`keys.scopes_json`, JSON.stringify(grant)))))
  }
  if (q !== undefined) {
    const columns = [sql`keys.name`, sql`keys.description`, sql`keys.prefix`]
    // Both engines fold the letters of ASCII and no others in these columns; what is looked for must be folded alike.
    const folded = q.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    all.push(eb.or([...columns.map((column) => containsFolded(column, folded)), hadSecretOf(eb, q)]))
  }
  return eb.and(all)
}

function isOfSecret(eb: OfKeys, { environment, madeBy }: NonNullable<KeyFilter['secretsOf']>[number]) {
  const there = eb('keys.environment', environment === null ? 'is' : '=', environment)
  return eb.and([there, eb(eb.fn.coalesce('keys.rotated_at', 'keys.created_at'), '<=', madeBy)])
}

/** Whether a key has, or ever had, a secret with this very prefix: whoever finds an old one looks for it. */
function hadSecretOf(eb: OfKeys, prefix: string): Expression<SqlBool> {
  return eb('keys.id', 'in', sql<string>`(select key_id from secrets where prefix = ${prefix})`)
}

/** Whether `part` occurs in `text`, byte by byte: LIKE has wildcards, and minds case on one engine but not on the other. */
function contains(text: Expression<unknown>, part: string): Expression<SqlBool> {
  return sql<SqlBool>`replace(${text}, ${part}, '') <> ${text}`
}

/** The same, but for letters of ASCII, whose case is folded on both sides: LIKE is quicker, and cannot mind it then. */
function containsFolded(text: Expression<unknown>, part: string): Expression<SqlBool> {
  const pattern = `%${part.replace(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`lower(${text}) like ${pattern} escape '\\'`
}

/** 1 for keys without a value, which are sorted after those with one. */
function absence(column: Column): Expression<number> {
  return sql<number>`case when ${sql.ref(column)} is null then 1 else 0 end`
}

/** Whether a key comes after the given place in the list's order. */
function isPast(eb: OfKeys, column: Column, descending: boolean, { value, id }: Place): Expression<SqlBool> {
  const beyond = descending ? '<' : '>'
  if (value === null) return eb.and([eb(column, 'is', null), eb('keys.id', beyond, id)])
  return eb.or([
    eb(column, beyond, value),
    eb.and([eb(column, '=', value), eb('keys.id', beyond, id)]),
    eb(column, 'is', null),
  ])
}
