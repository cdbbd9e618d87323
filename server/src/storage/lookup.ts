import type { Kysely } from 'kysely'
import type { KeyLimits, SecretLookup } from '../domain/ports.ts'
import { FACT_COLUMNS, toFacts, toRateLimit } from './rows.ts'
import type { Schema } from './schema.ts'

/** The one statement of a cold verdict: the record and the version it was read at come from the same snapshot. */
export function createLookup(db: Kysely<Schema>): SecretLookup {
  return {
    async load(digests) {
      const row = await db
        .selectFrom('cluster_clock')
        .leftJoin('secrets', (join) =>
          join.on(
            'secrets.digest',
            'in',
            digests.map((digest) => Buffer.from(digest)),
          ),
        )
        .leftJoin('keys', 'keys.id', 'secrets.key_id')
        .leftJoin('organizations', 'organizations.id', 'keys.organization_id')
        .leftJoin('tombstones', 'tombstones.key_id', 'secrets.key_id')
        .leftJoin('credit_balances', 'credit_balances.key_id', 'keys.id')
        .select([
          'cluster_clock.version as read_at',
          'secrets.prefix as secret_prefix',
          'secrets.state',
          'secrets.ends_at',
          'tombstones.key_id as deleted_key',
          'tombstones.organization_id as deleted_from',
          'organizations.suspended_at',
          'credit_balances.key_id as metered',
          'credit_balances.refill_interval',
          ...FACT_COLUMNS,
        ])
        .where('cluster_clock.id', '=', 1)
        .executeTakeFirstOrThrow()
      const { read_at: version, secret_prefix: prefix, catalogue } = row
      // A secret without its key is what a deletion leaves behind: unknown, like one that never was.
      if (row.id === null || prefix === null || catalogue === null) {
        const { deleted_key: keyId, deleted_from: organizationId } = row
        return { version, found: keyId && prefix ? { facts: null, keyId, organizationId, prefix } : null }
      }
      const limits: KeyLimits = {
        rateLimit: toRateLimit(row),
        credits: row.metered === null ? null : { refillInterval: row.refill_interval },
      }
      return { version, found: { facts: toFacts(row as Parameters<typeof toFacts>[0]), limits, catalogue, prefix } }
    },
  }
}
