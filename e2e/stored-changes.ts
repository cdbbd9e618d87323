import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { verifyChain } from '../server/src/domain/audit.ts'
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

/**
 * Reads a data directory's database, without changing it, for changes of which a part is missing.
 * @returns a sentence for each fault found; none: every change is whole, in one gapless order, and sealed.
 */
export async function findHalfDone(dataDir: string): Promise<string[]> {
  const database = new Sqlite(join(dataDir, 'claviger.db'), { readonly: true, fileMustExist: true })
  try {
    // One snapshot for all of it, whatever else is written meanwhile.
    database.exec('begin')
    const chains = await brokenChains(database, dataDir)
    return [...unsoundFile(database), ...gapsInOrder(database), ...halfDoneKeys(database), ...chains]
  } finally {
    database.close()
  }
}

function unsoundFile(database: Sqlite.Database): string[] {
  const integrity = database.pragma('integrity_check', { simple: true })
  const orphans = database.pragma('foreign_key_check') as unknown[]
  return [
    ...(integrity === 'ok' ? [] : [`integrity_check: ${integrity}`]),
    ...orphans.map((row) => `foreign_key_check: ${JSON.stringify(row)}`),
  ]
}

function gapsInOrder(database: Sqlite.Database): string[] {
  const changes = rowsOf(database, 'authority_changes').sort((a, b) => a.version - b.version)
  const [clock] = rowsOf(database, 'cluster_clock')
  const versions = [...new Set(changes.map(({ version }) => version))]
  const faults = versions.flatMap((version, index) =>
    version === index + 1 ? [] : [`no change has version ${index + 1}`],
  )
  const last = changes.at(-1)
  if (clock?.version !== versions.length)
    faults.push(`the clock says ${clock?.version}, there are ${versions.length} versions`)
  if (last && last.token !== clock?.token) faults.push('the last change carries another token than the clock')
  const events = changeEvents(database)
  // No change is without an event, whatever it is about; an import has one for each of its keys.
  if (events.length < versions.length) faults.push(`${versions.length} changes, but ${events.length} audit events`)
  const targets = (action: string) =>
    events.filter((event) => event.action === action).map(({ target_id }) => target_id)
  const closed = targets('organization.delete')
  const expected = targets('organization.create').filter((id) => !closed.includes(id))
  const found = rowsOf(database, 'organizations').map(({ id }) => id)
  if (found.sort().join() !== expected.sort().join()) {
    faults.push(`there are the organizations ${found}, and by the events there should be ${expected}`)
  }
  return faults
}

function halfDoneKeys(database: Sqlite.Database): string[] {
  const stories = new Map<string, Story>()
  const of = (id: string) => {
    let story = stories.get(id)
    if (!story) {
      story = { actions: [], touches: 0, secretsAdded: 0, key: undefined, tombstone: undefined, secrets: [] }
      stories.set(id, story)
    }
    return story
  }
  for (const event of changeEvents(database)) {
    if (!['organization', 'database'].includes(event.target_type)) of(event.target_id).actions.push(event.action)
  }
  for (const change of rowsOf(database, 'authority_changes')) {
    if (change.key_id === null) continue
    of(change.key_id).touches += 1
    of(change.key_id).secretsAdded += change.adds_secret
  }
  for (const key of rowsOf(database, 'keys')) of(key.id).key = key
  for (const secret of rowsOf(database, 'secrets')) of(secret.key_id).secrets.push(secret)
  for (const tombstone of rowsOf(database, 'tombstones')) of(tombstone.key_id).tombstone = tombstone
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

async function brokenChains(database: Sqlite.Database, dataDir: string): Promise<string[]> {
  const reads = createReads(new Kysely<Schema>({ dialect: new SqliteDialect({ database }) }))
  const serverKey = loadServerKey(join(dataDir, 'server-key'), true)
  const faults: string[] = []
  const named = new Set((await reads.chainHeads()).map(({ chain }) => chain))
  for (const { chain } of rowsOf(database, 'audit_events')) named.add(chain)
  for (const chain of named) {
    const verdict = await verifyChain(reads, serverKey, chain)
    if (!verdict.intact) faults.push(`chain ${chain} is broken at ${verdict.sequence}: ${verdict.reason}`)
  }
  return faults
}

/** Refusals are recorded too, but they change nothing. */
function changeEvents(database: Sqlite.Database): Rows<'audit_events'> {
  return rowsOf(database, 'audit_events').filter(({ outcome }) => outcome === 'success')
}

function rowsOf<T extends keyof Schema>(database: Sqlite.Database, table: T): Rows<T> {
  return database.prepare(`select * from ${table}`).all() as Rows<T>
}
