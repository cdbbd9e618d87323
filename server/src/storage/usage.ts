import type { Kysely } from 'kysely'
import type { UsageStore } from '../domain/ports.ts'
import type { Schema } from './schema.ts'

/** Writes in portions, so that a change of authority never waits long behind a burst of use. */
const PORTION = 500

export function createUsageStore(db: Kysely<Schema>): UsageStore {
  return {
    async recordLastUses(uses) {
      for (let start = 0; start < uses.length; start += PORTION) {
        await db.transaction().execute(async (transaction) => {
          for (const { keyId, at, ip } of uses.slice(start, start + PORTION)) {
            await transaction
              .updateTable('keys')
              .set({ last_used_at: at, last_used_ip: ip })
              .where('id', '=', keyId)
              .where(({ eb, or }) => or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', at)]))
              .execute()
          }
        })
        await new Promise(setImmediate)
      }
    },
  }
}
