import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type CompiledQuery, Kysely } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { EventFilter } from '../domain/event-query.ts'
import type { KeyFilter, KeySort } from '../domain/key-query.ts'
import { temporaryDirectory } from '../testing/test-engine.ts'
import { scanEvents } from './event-list.ts'
import { countKeys, listKeys } from './key-list.ts'
import { recordLastUses } from './last-uses.ts'
import { createLookup } from './lookup.ts'
import { migrate } from './migrate.ts'
import { createReads } from './reads.ts'
import type { Schema } from './schema.ts'
import { openSqlite } from './sqlite.ts'
import { removeOldUsage } from './usage-retention.ts'
import { createWrites } from './writes.ts'

/** Runs queries on empty tables and tells how SQLite means to find their rows. */
async function start() {
  const file = join(temporaryDirectory(), 'claviger.db')
  const engine = openSqlite(file)
  await migrate(engine)
  const queries: CompiledQuery[] = []
  const db = new Kysely<Schema>({ dialect: engine.dialect, log: ({ query }) => void queries.push(query) })
  const planOf = async (run: (db: Kysely<Schema>) => Promise<unknown>): Promise<string[]> => {
    queries.length = 0
    await run(db)
    const reader = new Sqlite(file, { readonly: true })
    const plan = queries.flatMap(({ sql, parameters }) =>
      (reader.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[]).map(
        ({ detail }) => detail,
      ),
    )
    reader.close()
    return plan
  }
  return { engine, planOf, close: () => engine.close() }
}

const page = { organizationId: 'org_a', limit: 51, descending: true, after: null, now: 0 } as const
const FILTERS: KeyFilter[] = [
  { statuses: [] },
  { statuses: ['active', 'revoked'] },
  { statuses: [], q: 'x', scope: 'a:b', createdBy: 'key_a', environment: 'e', unusedSince: 1, expiresBefore: 1 },
]

test('every list of keys reads the rows of its own organization and no others', async () => {
  const { planOf, close } = await start()
  for (const sort of ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as KeySort[]) {
    for (const filter of FILTERS) {
      const plan = await planOf((db) => listKeys(db, { ...page, filter, sort }))
      const [rowsOfPage, ofOrganization, ...others] = plan.filter((step) => / keys /.test(step))
      expect(rowsOfPage, plan.join('\n')).toBe('SEARCH keys USING INDEX sqlite_autoindex_keys_1 (id=?)')
      expect(ofOrganization).toMatch(/^SEARCH keys USING (?:COVERING )?INDEX \S+ \(organization_id=\? AND catalogue=\?/)
      expect(others).toEqual([])
      expect(plan.join('\n')).not.toMatch(/SCAN/)
    }
  }
  for (const filter of FILTERS) {
    const plan = await planOf((db) => countKeys(db, 'org_a', filter, 0))
    expect(plan[0], plan.join('\n')).toMatch(
      /^SEARCH keys USING (?:COVERING )?INDEX \S+ \(organization_id=\? AND catalogue=\?/,
    )
  }
  await close()
})

test('keys are counted by status, and those of one status found, without reading their rows', async () => {
  const { planOf, close } = await start()
  const filter: KeyFilter = { statuses: ['active'], environment: 'e' }
  const covering = 'SEARCH keys USING COVERING INDEX keys_by_organization (organization_id=? AND catalogue=?)'
  const [counting] = await planOf((db) => countKeys(db, 'org_a', filter, 0))
  expect(counting).toBe(covering)
  for (const sort of ['createdAt', 'lastUsedAt', 'expiresAt'] as KeySort[]) {
    expect(await planOf((db) => listKeys(db, { ...page, filter, sort }))).toContain(covering)
  }
  await close()
})

test('earlier secrets are searched by their index, once for all keys', async () => {
  const { planOf, close } = await start()
  const plan = await planOf((db) => countKeys(db, 'org_a', { statuses: [], q: 'acme_3kTq8xYv' }, 0))
  expect(plan).toContain('SEARCH secrets USING COVERING INDEX secrets_by_prefix (prefix=?)')
  expect(plan.join('\n')).not.toMatch(/CORRELATED|SCAN/)
  await close()
})

test('the ordinary list is read in its index’s own order: nothing but its page is sorted', async () => {
  const { planOf, close } = await start()
  const plan = await planOf((db) => listKeys(db, { ...page, filter: { statuses: [] }, sort: 'createdAt' }))
  expect(plan.at(-1)).toBe('USE TEMP B-TREE FOR ORDER BY')
  expect(plan.slice(0, -1).join('\n')).not.toMatch(/TEMP B-TREE/)
  await close()
})

test('a look-up by secret and a count against the cap scan nothing', async () => {
  const { planOf, close } = await start()
  const runs: ((db: Kysely<Schema>) => Promise<unknown>)[] = [
    (db) => createLookup(db).load([Buffer.alloc(32), Buffer.alloc(32)]),
    (db) => createWrites(db, 'sqlite').countLiveKeys('org_a', 0, 'key_a'),
    (db) => createReads(db).key('key_a'),
    (db) => createReads(db).hasImported(),
    (db) => createReads(db).denials({ organizationId: 'org_a', after: null, since: 0, limit: 51 }),
    (db) => createReads(db).denials({ organizationId: 'org_a', after: { at: 7, id: 'x' }, since: 0, limit: 51 }),
    (db) => createReads(db).otherCallers('key_a'),
    (db) => createReads(db).tombstone('key_a'),
    (db) => createReads(db).keysWithin('org_a', ['key_a', 'key_b']),
  ]
  for (const run of runs) {
    const plan = (await planOf(run)).join('\n')
    expect(plan).toMatch(/SEARCH/)
    expect(plan).not.toMatch(/SCAN|TEMP B-TREE/)
  }
  await close()
})

describe('a part of the audit log', () => {
  const times = { from: 1, to: 9 }
  const others = { outcome: 'refused', action: 'key.*', exceptChanges: '{}' } as const
  const filters: [string, EventFilter][] = [
    ['audit_events_by_time (chain=?', {}],
    ['audit_events_by_time (chain=? AND at', times],
    ['audit_events_by_time (chain=?', others],
    ['audit_events_by_request (chain=? AND request_id=?', { requestId: 'req_a' }],
    ['audit_events_by_target (chain=? AND target_id=?', { target: 'key_a' }],
    ['audit_events_by_target (chain=? AND target_id=? AND at', { target: 'key_a', ...times, ...others }],
    ['audit_events_by_actor (chain=? AND actor_id=?', { actor: 'key_a' }],
    ['audit_events_by_actor (chain=? AND actor_id=? AND at', { actor: 'key_a', ...times, ...others }],
  ]
  test.each(filters)('is found by %s …), in order, without sorting', async (found, filter) => {
    const { planOf, close } = await start()
    for (const order of ['newest-first', 'oldest-first'] as const) {
      for (const after of [null, { at: 5, sequence: 7 }]) {
        for (const lastSequence of [null, 9]) {
          const scan = { chain: 'org_a', filter, order, after, lastSequence, limit: 51 }
          const plan = await planOf((db) => scanEvents(db, scan))
          for (const line of plan) expect(line).toContain(` ${found}`)
          expect(plan.join('\n')).not.toMatch(/SCAN|TEMP B-TREE/)
        }
      }
    }
    await close()
  })
})

test('usage is read, bounded and removed without looking at what belongs to others', async () => {
  const { planOf, close } = await start()
  const at = { organizationId: 'org_a', after: null, since: 0, limit: 51 }
  const many = Array.from({ length: 100 }, (_, number) => `key_${number}`)
  const runs: ((db: Kysely<Schema>) => Promise<unknown>)[] = [
    (db) => createReads(db).usage('key_a', 0, 1, 1),
    (db) => createReads(db).usageByKey(many, 0, 1, 1),
    (db) => createReads(db).callers('key_a'),
    (db) => createReads(db).denials({ ...at, keyId: 'key_a' }),
    (db) => createReads(db).denials({ ...at, requestId: 'req_a' }),
    (db) => removeOldUsage(db, 0, 500),
  ]
  for (const run of runs) {
    const plan = (await planOf(run)).join('\n')
    expect(plan).toMatch(/SEARCH/)
    // Of writers there is one for each start within a day.
    expect(plan).not.toMatch(/SCAN (?!usage_writers)/)
  }
  await close()
})

test('of many keys those that are the organization’s are found by id, and their usage by key and time', async () => {
  const { planOf, close } = await start()
  const many = Array.from({ length: 100 }, (_, number) => `key_${number}`)
  const own = (await planOf((db) => createReads(db).keysWithin('org_a', many))).join('\n')
  expect(own).toMatch(/SEARCH keys USING INDEX \S+ \(id=\?\)/)
  expect(own).toMatch(/SEARCH tombstones USING INDEX \S+ \(key_id=\?\)/)
  const [found] = await planOf((db) => createReads(db).usageByKey(many, 0, 1, 1))
  expect(found).toMatch(/USING INDEX usage_hours_by_subject \(subject_id=\? AND hour>\? AND hour<\?\)/)
  await close()
})

test('last uses are written to the rows they belong to, without looking at others', async () => {
  const { engine, planOf, close } = await start()
  const uses = [1, 2, 3].map((at) => ({ keyId: 'key_1', prefix: `x_${at}`, at, ip: null }))
  const plan = await planOf(async (db) => {
    await db
      .insertInto('key_uses')
      .values({ key_id: 'key_1', prefix: null, last_used_at: null, last_used_ip: null })
      .execute()
    await recordLastUses(db, engine, uses)
  })
  expect(plan.join('\n')).toMatch(/SEARCH key_uses USING PRIMARY KEY \(key_id=\?\)/)
  expect(plan.join('\n')).toMatch(/SEARCH secrets USING INDEX secrets_by_prefix \(prefix=\? AND key_id=\?\)/)
  expect(plan.join('\n')).not.toMatch(/SCAN (key_uses|secrets)/)
  await close()
})
