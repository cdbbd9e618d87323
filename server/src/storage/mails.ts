import { type Kysely, sql } from 'kysely'
import type { MailRecord } from '../domain/people-records.ts'
import type { MailStore } from '../domain/ports.ts'
import type { Engine } from './dialect.ts'
import type { MailRow, Schema } from './schema.ts'

/** Beyond it, how many wait is not worth the time to count them. */
const COUNTED = 10_000

export function createMailStore(db: Kysely<Schema>, { freeRows }: Pick<Engine, 'freeRows'>): MailStore {
  return {
    async takeDueMails(now, until, limit) {
      // Materialized: a planner that asks for the due ones again would take others the second time.
      const { rows } = await sql<MailRow>`
        with due as materialized (
          select id from mails where next_attempt_at <= ${now} order by next_attempt_at, id limit ${limit}
          ${freeRows ?? sql.raw('')}
        )
        update mails set next_attempt_at = ${until} where id in (select id from due) returning *`.execute(db)
      // In which order an update returns rows is nobody's promise.
      return rows.map(toMail).sort((a, b) => (a.id < b.id ? -1 : 1))
    },

    async removeMail(id) {
      await db.deleteFrom('mails').where('id', '=', id).execute()
    },

    async postponeMail({ id, attempts, nextAttemptAt, lastError }) {
      await db
        .updateTable('mails')
        .set({ attempts, next_attempt_at: nextAttemptAt, last_error: lastError })
        .where('id', '=', id)
        .execute()
    },

    async mailsWaiting() {
      const { rows } = await sql<{ waiting: number }>`
        select count(*) as waiting from (select 1 from mails limit ${COUNTED}) as counted`.execute(db)
      const oldest = await db.selectFrom('mails').select('created_at').orderBy('id').limit(1).executeTakeFirst()
      return { waiting: rows[0]?.waiting ?? 0, since: oldest?.created_at ?? null }
    },
  }
}

function toMail(row: MailRow): MailRecord {
  return {
    id: row.id,
    recipient: row.recipient,
    notice: row.notice,
    facts: JSON.parse(row.facts_json),
    createdAt: row.created_at,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    lastError: row.last_error,
  }
}
