import { type ControlledTransaction, Kysely, sql } from 'kysely'
import {
  CommitUnknown,
  type CreditStore,
  type Database,
  type MailStore,
  type SecretLookup,
  type ServerKey,
  type UsageStore,
} from '../domain/ports.ts'
import { createCreditStore } from './credits.ts'
import type { Engine } from './dialect.ts'
import { createLookup } from './lookup.ts'
import { createMailStore } from './mails.ts'
import { createReads } from './reads.ts'
import type { Schema } from './schema.ts'
import { ServerKeyError } from './server-key.ts'
import { createUsageStore } from './usage.ts'
import { createWrites } from './writes.ts'

/** What a library needs to read and write the tables of people itself. */
export interface PeopleTables {
  db: Kysely<Schema>
  type: Engine['name']
}

export interface OpenDatabase extends Database, SecretLookup, UsageStore, CreditStore, MailStore {
  readonly peopleTables: PeopleTables
  /** True when something here can only be read with the server key it was written under. */
  holdsData(): Promise<boolean>
  /**
   * Makes sure that this is the server key the database was written under.
   * @throws ServerKeyError for another one: every key of every customer would be unknown.
   */
  confirmServerKey(serverKey: ServerKey): Promise<void>
  /** The same, without noting a new version of it. */
  checkServerKey(serverKey: ServerKey): Promise<void>
  /** The database's own clock, milliseconds since 1970, to the second. */
  clockNow(): Promise<number>
  /** How many secrets are known by each version of the server key, the lowest first. */
  secretsByServerKey(): Promise<{ version: number; secrets: number }[]>
  /** The version of the last committed change. */
  version(): Promise<number>
  /** True when a statement can be answered now. */
  reachable(): Promise<boolean>
  close(): Promise<void>
}

/** All that the rest of the server sees of an engine. */
export function createDatabase(engine: Engine): OpenDatabase {
  const db = new Kysely<Schema>({ dialect: engine.dialect })
  const changes = engine.changes ? new Kysely<Schema>({ dialect: engine.changes }) : db
  return {
    ...createReads(db),
    ...createLookup(db),
    ...createUsageStore(db, engine),
    ...createCreditStore(db),
    ...createMailStore(db, engine),
    peopleTables: { db, type: engine.name },

    async transact(work) {
      const transaction = await changes.startTransaction().execute()
      try {
        const { commit, value } = await work(createWrites(transaction, engine.name))
        await (commit ? commitOrDoubt(transaction) : transaction.rollback().execute())
        return value
      } catch (error) {
        // A transaction that the engine has ended already cannot be rolled back again; the first error tells why.
        if (!transaction.isCommitted && !transaction.isRolledBack)
          await transaction
            .rollback()
            .execute()
            .catch(() => {})
        throw error
      }
    },

    holdsData: async () => (await readMarks(db)).length > 0,

    confirmServerKey: (serverKey) => confirmServerKey(db, serverKey),

    checkServerKey: (serverKey) => checkServerKey(db, serverKey),

    clockNow: () => readClock(db),

    version: () => readVersion(db),

    secretsByServerKey: () =>
      db
        .selectFrom('secrets')
        .select(({ fn }) => ['server_key_version as version', fn.countAll<number>().as('secrets')])
        .groupBy('server_key_version')
        .orderBy('server_key_version')
        .execute(),

    reachable: () =>
      readVersion(db).then(
        () => true,
        () => false,
      ),

    close: () => engine.close(),
  }
}

async function confirmServerKey(db: Kysely<Schema>, serverKey: ServerKey): Promise<void> {
  const { version } = serverKey
  if (!(await readMarks(db)).some((known) => known.version === version)) {
    await db
      .insertInto('server_keys')
      .values({ version, mark: markUnder(serverKey, version) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  // Read after it was written: of two first starts with different keys, one was too late.
  await checkServerKey(db, serverKey)
}

async function checkServerKey(db: Kysely<Schema>, serverKey: ServerKey): Promise<void> {
  const markOf = (version: number) => markUnder(serverKey, version)
  for (const { version, mark } of await readMarks(db)) {
    if (!markOf(version).equals(mark)) {
      throw new ServerKeyError(`this is not the server key (version ${version}) that the database was written under`)
    }
  }
}

function markUnder(serverKey: ServerKey, version: number): Buffer {
  return Buffer.from(serverKey.seal('claviger server key', version))
}

async function readClock(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ now: string | Date }>`select current_timestamp as now`.execute(db)
  const now = rows[0]?.now ?? ''
  // SQLite writes it as text, in UTC without saying so.
  return now instanceof Date ? now.getTime() : Date.parse(`${now.replace(' ', 'T')}Z`)
}

function readMarks(db: Kysely<Schema>) {
  return db.selectFrom('server_keys').selectAll().execute()
}

async function readVersion(db: Kysely<Schema>): Promise<number> {
  const { version } = await db.selectFrom('cluster_clock').select('version').executeTakeFirstOrThrow()
  return version
}

async function commitOrDoubt(transaction: ControlledTransaction<Schema>): Promise<void> {
  try {
    await transaction.commit().execute()
  } catch (cause) {
    // The engine itself says that it rolled back.
    if (transaction.isRolledBack) throw cause
    throw new CommitUnknown('the answer to COMMIT was lost', { cause })
  }
}
