import { type Kysely, sql } from 'kysely'
import type { CreditStore } from '../domain/ports.ts'
import type { Schema } from './schema.ts'

/** Credits change in one conditional statement: however many verdicts ask at once, none spends what another has spent. */
export function createCreditStore(db: Kysely<Schema>): CreditStore {
  return {
    async spendCredits(keyId, cost, now, nextRefillAt) {
      const balance = balanceAt(now)
      const row = await db
        .updateTable('credit_balances')
        .set({
          remaining: sql`${balance} - ${cost}`,
          refill_at: sql`case when refill_at <= ${now} then ${nextRefillAt} else refill_at end`,
        })
        .where('key_id', '=', keyId)
        .where(balance, '>=', cost)
        .returning('remaining')
        .executeTakeFirst()
      return row?.remaining ?? null
    },

    async creditsLeft(keyId, now) {
      const row = await db
        .selectFrom('credit_balances')
        .select(balanceAt(now).as('left'))
        .where('key_id', '=', keyId)
        .executeTakeFirst()
      return row?.left ?? 0
    },
  }
}

/** What there is to spend at `now`: a refill sets the balance, it does not add to it. */
function balanceAt(now: number) {
  return sql<number>`(case when refill_at <= ${now} then refill_amount else remaining end)`
}
