import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** When a secret was used last: the key's own last use tells it of the secret that was used then. */
export function lastUseOf(secret: 'secrets' | 'previous'): RawBuilder<number | null> {
  const [prefix, noted] = [sql.ref(`${secret}.prefix`), sql.ref(`${secret}.last_used_at`)]
  return sql`case when uses.prefix = ${prefix} then uses.last_used_at else ${noted} end`
}

/** Keys with all that stands beside them: their last use, the balance of their credits and, in an overlap, the old secret. */
export function selectKeys(db: Kysely<Schema>) {
  return db
    .selectFrom('keys')
    .leftJoin('key_uses as uses', 'uses.key_id', 'keys.id')
    .leftJoin('credit_balances as credits', 'credits.key_id', 'keys.id')
    .leftJoin('secrets as previous', (join) =>
      join.onRef('previous.key_id', '=', 'keys.id').on('previous.state', '=', 'previous'),
    )
    .selectAll('keys')
    .select([
      'uses.last_used_at',
      'uses.last_used_ip',
      'credits.remaining as credits_remaining',
      'credits.refill_amount as credits_refill_amount',
      'credits.refill_interval as credits_refill_interval',
      'credits.refill_at as credits_refill_at',
      'previous.prefix as previous_prefix',
      'previous.ends_at as previous_ends_at',
      lastUseOf('previous').as('previous_last_used_at'),
    ])
}

export type JoinedKeyRow = Awaited<ReturnType<ReturnType<typeof selectKeys>['execute']>>[number]
