import { type Kysely, sql } from 'kysely'
import type { Writes } from '../domain/ports.ts'
import type { Engine } from './dialect.ts'
import { createPeopleWrites } from './people-writes.ts'
import { createReads } from './reads.ts'
import { fromBalance, fromEvent, fromKey, fromOrganization, fromSecret } from './rows.ts'
import type { Schema } from './schema.ts'
import { noteGrants } from './scope-uses.ts'

/** Few enough that each statement about them ends well within the time that any statement may take. */
const KEYS_AT_ONCE = 1_000

/** What a transaction can do. */
export function createWrites(db: Kysely<Schema>, engine: Engine['name']): Writes {
  return {
    ...createReads(db),
    ...createPeopleWrites(db, engine),

    async nextVersion(token) {
      const clock = await db
        .updateTable('cluster_clock')
        .set({ version: sql`version + 1`, token })
        .where('id', '=', 1)
        .returning('version')
        .executeTakeFirstOrThrow()
      return clock.version
    },

    async lockOrder() {
      await db.updateTable('cluster_clock').set({ version: sql`version` }).where('id', '=', 1).execute()
    },

    async recordTouched(version, token, touched) {
      const rows = touched.map((what, part) => ({
        version,
        part,
        token,
        key_id: 'keyId' in what ? what.keyId : null,
        organization_id: 'organizationId' in what ? what.organizationId : null,
        adds_secret: what.addsSecret ? 1 : 0,
      }))
      await db.insertInto('authority_changes').values(rows).execute()
    },

    async insertOrganization(organization) {
      await db.insertInto('organizations').values(fromOrganization(organization)).execute()
    },

    async updateOrganization(organization) {
      await db
        .updateTable('organizations')
        .set(fromOrganization(organization))
        .where('id', '=', organization.id)
        .execute()
    },

    async deleteOrganization(id, at) {
      for (;;) {
        const portion = await db
          .selectFrom('keys')
          .select(['id', 'organization_id', 'prefix'])
          .where('organization_id', '=', id)
          .limit(KEYS_AT_ONCE)
          .execute()
        if (portion.length === 0) break
        const keys = portion.map((key) => key.id)
        await db.updateTable('secrets').set({ state: 'retired', ends_at: null }).where('key_id', 'in', keys).execute()
        await db.deleteFrom('credit_balances').where('key_id', 'in', keys).execute()
        const tombstones = portion.map(({ id: key_id, ...key }) => ({ key_id, ...key, deleted_at: at }))
        await db.insertInto('tombstones').values(tombstones).execute()
        await db.deleteFrom('key_uses').where('key_id', 'in', keys).execute()
        await db.deleteFrom('key_scopes').where('key_id', 'in', keys).execute()
        await db.deleteFrom('keys').where('id', 'in', keys).execute()
      }
      for (const table of ['members', 'invitations', 'departures'] as const) {
        await db.deleteFrom(table).where('organization_id', '=', id).execute()
      }
      await db.deleteFrom('organizations').where('id', '=', id).execute()
    },

    async insertKey(key) {
      await db.insertInto('keys').values(fromKey(key)).execute()
      const unused = { prefix: null, last_used_at: null, last_used_ip: null, scopes_noted_since: null }
      await db
        .insertInto('key_uses')
        .values({ key_id: key.id, ...unused })
        .execute()
    },

    async updateKey(key) {
      await db.updateTable('keys').set(fromKey(key)).where('id', '=', key.id).execute()
    },

    noteGrants: (keyId, scopes, at) => noteGrants(db, keyId, scopes, at),

    async deleteKey(key, at) {
      await db.updateTable('secrets').set({ state: 'retired', ends_at: null }).where('key_id', '=', key.id).execute()
      await db.deleteFrom('credit_balances').where('key_id', '=', key.id).execute()
      // After the row that whoever notes uses takes first.
      await db.deleteFrom('key_uses').where('key_id', '=', key.id).execute()
      await db.deleteFrom('key_scopes').where('key_id', '=', key.id).execute()
      await db.deleteFrom('keys').where('id', '=', key.id).execute()
      const { id, organizationId, prefix } = key
      await db
        .insertInto('tombstones')
        .values({ key_id: id, organization_id: organizationId, prefix, deleted_at: at })
        .execute()
    },

    async insertSecret(secret) {
      await db.insertInto('secrets').values(fromSecret(secret)).execute()
    },

    async updateSecret(secret) {
      const { digest, imported, last_used_at, ...changed } = fromSecret(secret)
      await db.updateTable('secrets').set(changed).where('digest', '=', digest).execute()
    },

    async knowsDigest(digests) {
      const row = await db
        .selectFrom('secrets')
        .select('key_id')
        .where(
          'digest',
          'in',
          digests.map((digest) => Buffer.from(digest)),
        )
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },

    async setBalance(keyId, balance) {
      await db.deleteFrom('credit_balances').where('key_id', '=', keyId).execute()
      if (balance) await db.insertInto('credit_balances').values(fromBalance(keyId, balance)).execute()
    },

    async retireSecrets(keyId) {
      await db.updateTable('secrets').set({ state: 'retired', ends_at: null }).where('key_id', '=', keyId).execute()
    },

    async countLiveKeys(organizationId, now, except) {
      const { count } = await db
        .selectFrom('keys')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('organization_id', '=', organizationId)
        .where('catalogue', '=', 'product')
        .where('revoked_at', 'is', null)
        .$if(except !== null, (query) => query.where('id', '!=', except))
        .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
        .executeTakeFirstOrThrow()
      return count
    },

    async keptAnswer({ credential, route, key }) {
      const row = await db
        .selectFrom('idempotent_requests')
        .select(['fingerprint', 'answer_json'])
        .where('credential', '=', credential)
        .where('route', '=', route)
        .where('idempotency_key', '=', key)
        .executeTakeFirst()
      return row && { fingerprint: row.fingerprint, answer: JSON.parse(row.answer_json) }
    },

    async keepAnswer({ credential, route, key, fingerprint }, answer, at) {
      const row = { credential, route, idempotency_key: key, fingerprint }
      await db
        .insertInto('idempotent_requests')
        .values({ ...row, answer_json: JSON.stringify(answer), created_at: at })
        .execute()
    },

    async dropAnswers(before) {
      await db.deleteFrom('idempotent_requests').where('created_at', '<', before).execute()
    },

    async appendEvent(event) {
      await db.insertInto('audit_events').values(fromEvent(event)).execute()
      const head = { count: event.sequence, mac: Buffer.from(event.mac) }
      await db
        .insertInto('audit_chains')
        .values({ chain: event.chain, ...head })
        .onConflict((conflict) => conflict.column('chain').doUpdateSet(head))
        .execute()
    },
  }
}
