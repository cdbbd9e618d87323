import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { verifyChain } from '../server/src/domain/audit.ts'
import type { ServerKey } from '../server/src/domain/ports.ts'
import { openPostgres } from '../server/src/storage/postgres.ts'
import { createReads } from '../server/src/storage/reads.ts'
import type { Schema } from '../server/src/storage/schema.ts'
import { loadServerKey } from '../server/src/storage/server-key-file.ts'

type Rows<T extends keyof Schema> = Schema[T][]

/** Everything that `events`, `authority_changes`, keys and secrets say about one key. */
interface Story {
  actions: string[]
  touches: number
  secretsAdded: number
  key: Schema['keys'] | undefined
  tombstone: Schema['tombstones'] | undefined
  secrets: Rows<'secrets'>
}

const ISSUING = ['key.create', 'service-key.create']
/** What is filed under a key and changes nothing of it. */
const NEWS_OF_A_KEY = ['key.notify', 'key.replace']

/** Every table as it was at one moment, whatever else is written meanwhile. */
type Snapshot = { [T in (typeof TABLES)[number]]: Rows<T> }

const TABLES = [
  'audit_events',
  'authority_changes',
  'cluster_clock',
  'keys',
  'organizations',
  'secrets',
  'tombstones',
] as const satisfies (keyof Schema)[]

/**
 * Reads a database, without changing it, for changes of which a part is missing.
 * @param databaseUrl null: the embedded database in the data directory, where the server key is in any case.
 * @returns a sentence for each fault found; none: every change is whole, in one gapless order, and sealed.
 */
export async function findHalfDone(dataDir: string, databaseUrl: string | null = null): Promise<string[]> {
  const serverKey = loadServerKey(join(dataDir, 'server-key'), true)
  if (databaseUrl !== null) {
    const engine = await openPostgres(databaseUrl, null)
    try {
      return await examine(new Kysely<Schema>({ dialect: engine.dialect }), serverKey)
    } finally {
      await engine.close()
    }
  }
  const database = new Sqlite(join(dataDir, 'claviger.db'), { readonly: true, fileMustExist: true })
  try {
    const faults = await examine(new Kysely<Schema>({ dialect: new SqliteDialect({ database }) }), serverKey)
    return [...unsoundFile(database), ...faults]
  } finally {
    database.close()
  }
}

function examine(db: Kysely<Schema>, serverKey: ServerKey): Promise<string[]> {
  // SQLite has no other level, and takes no notice of a name for it.
  const snapshot = db.transaction().setIsolationLevel('repeatable read')
  return snapshot.execute(async (reading) => {
    const found: Record<string, unknown[]> = {}
    for (const table of TABLES) found[table] = await reading.selectFrom(table).selectAll().execute()
    const tables = found as Snapshot
    return [...gapsInOrder(tables), ...halfDoneKeys(tables), ...(await brokenChains(reading, tables, serverKey))]
  })
}

function unsoundFile(database: Sqlite.Database): string[] {
  const integrity = database.pragma('integrity_check', { simple: true })
  const orphans = database.pragma('foreign_key_check') as unknown[]
  return [
    ...(integrity === 'ok' ? [] : [`integrity_check: ${integrity}`]),
    ...orphans.map((row) => `foreign_key_check: ${JSON.stringify(row)}`),
  ]
}

function gapsInOrder(tables: Snapshot): string[] {
  const changes = tables.authority_changes.toSorted((a, b) => a.version - b.version)
  const [clock] = tables.cluster_clock
  const versions = [...new Set(changes.map(({ version }) => version))]
  const faults = versions.flatMap((version, index) =>
    version === index + 1 ? [] : [`no change has version ${index + 1}`],
  )
  const last = changes.at(-1)
  if (clock?.version !== versions.length)
    faults.push(`the clock says ${clock?.version}, there are ${versions.length} versions`)
  if (last && last.token !== clock?.token) faults.push('the last change carries another token than the clock')
  const events = changeEvents(tables)
  // No change is without an event, whatever it is about; an import has one for each of its keys.
  if (events.length < versions.length) faults.push(`${versions.length} changes, but ${events.length} audit events`)
  const targets = (action: string) =>
    events.filter((event) => event.action === action).map(({ target_id }) => target_id)
  const closed = targets('organization.delete')
  const expected = targets('organization.create').filter((id) => !closed.includes(id))
  const found = tables.organizations.map(({ id }) => id)
  if (found.sort().join() !== expected.sort().join()) {
    faults.push(`there are the organizations ${found}, and by the events there should be ${expected}`)
  }
  return faults
}

function halfDoneKeys(tables: Snapshot): string[] {
  const stories = new Map<string, Story>()
  const of = (id: string) => {
    let story = stories.get(id)
    if (!story) {
      story = { actions: [], touches: 0, secretsAdded: 0, key: undefined, tombstone: undefined, secrets: [] }
      stories.set(id, story)
    }
    return story
  }
  for (const event of changeEvents(tables)) {
    if (NEWS_OF_A_KEY.includes(event.action)) continue
    if (!['organization', 'database'].includes(event.target_type)) of(event.target_id).actions.push(event.action)
  }
  for (const change of tables.authority_changes) {
    if (change.key_id === null) continue
    of(change.key_id).touches += 1
    of(change.key_id).secretsAdded += change.adds_secret
  }
  for (const key of tables.keys) of(key.id).key = key
  for (const secret of tables.secrets) of(secret.key_id).secrets.push(secret)
  for (const tombstone of tables.tombstones) of(tombstone.key_id).tombstone = tombstone
  return [...stories].flatMap(([id, story]) => faultsOf(story).map((fault) => `${id} (${story.actions}): ${fault}`))
}

function faultsOf({ actions, touches, secretsAdded, key, tombstone, secrets }: Story): string[] {
  const times = (...names: string[]) => actions.filter((action) => names.includes(action)).length
  const [created, rotated, revoked, deleted] = [
    times(...ISSUING),
    times('key.rotate'),
    times('key.revoke'),
    times('key.delete'),
  ]
  const live = secrets.filter(({ state }) => state === 'current')
  const faults: string[] = []
  const expect = (holds: boolean, fault: string) => void (holds || faults.push(fault))
  expect(created === 1, `${created} events say that it was created`)
  expect(revoked <= 1 && deleted <= 1, 'it ended twice')
  expect(touches === actions.length, `${touches} changes noted for ${actions.length} events`)
  expect(secretsAdded === created + rotated, `${secretsAdded} changes say that they added a secret`)
  expect(secrets.length === created + rotated, `it has ${secrets.length} secrets`)
  expect(
    (key === undefined) === (deleted === 1),
    key ? 'it was deleted and is there' : 'it is gone without being deleted',
  )
  expect((tombstone !== undefined) === (deleted === 1), tombstone ? 'it has a tombstone' : 'it has no tombstone')
  expect(live.length === (deleted === 1 ? 0 : 1), `${live.length} of its secrets are live`)
  if (!key) return faults
  expect(key.version === actions.length, `its version is ${key.version} after ${actions.length} events`)
  expect((key.revoked_at !== null) === (revoked === 1), key.revoked_at ? 'no event revoked it' : 'it is not revoked')
  expect((key.rotated_at !== null) === rotated > 0, key.rotated_at ? 'no event rotated it' : 'it is not rotated')
  expect(live[0]?.prefix === key.prefix, 'its prefix is not that of its live secret')
  return faults
}

async function brokenChains(db: Kysely<Schema>, tables: Snapshot, serverKey: ServerKey): Promise<string[]> {
  const reads = createReads(db)
  const faults: string[] = []
  const named = new Set((await reads.chainHeads()).map(({ chain }) => chain))
  for (const { chain } of tables.audit_events) named.add(chain)
  for (const chain of named) {
    const verdict = await verifyChain(reads, serverKey, chain)
    if (!verdict.intact) faults.push(`chain ${chain} is broken at ${verdict.sequence}: ${verdict.reason}`)
  }
  return faults
}

/** Refusals are recorded too, but they change nothing. */
function changeEvents({ audit_events }: Snapshot): Rows<'audit_events'> {
  return audit_events.filter(({ outcome }) => outcome === 'success')
}
