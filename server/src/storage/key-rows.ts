import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** Keys with all that stands beside them: the balance of their credits and, during an overlap, the old secret. */
export function selectKeys(db: Kysely<Schema>) {
  return db
    .selectFrom('keys')
    .leftJoin('credit_balances as credits', 'credits.key_id', 'keys.id')
    .leftJoin('secrets as previous', (join) =>
      join.onRef('previous.key_id', '=', 'keys.id').on('previous.state', '=', 'previous'),
    )
    .selectAll('keys')
    .select([
      'credits.remaining as credits_remaining',
      'credits.refill_amount as credits_refill_amount',
      'credits.refill_interval as credits_refill_interval',
      'credits.refill_at as credits_refill_at',
      'previous.prefix as previous_prefix',
      'previous.ends_at as previous_ends_at',
      'previous.last_used_at as previous_last_used_at',
    ])
}

export type JoinedKeyRow = Awaited<ReturnType<ReturnType<typeof selectKeys>['execute']>>[number]
