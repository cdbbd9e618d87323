import { type ControlledTransaction, Kysely } from 'kysely'
import {
  CommitUnknown,
  type CreditStore,
  type Database,
  type SecretLookup,
  type ServerKey,
  type UsageStore,
} from '../domain/ports.ts'
import { createCreditStore } from './credits.ts'
import type { Engine } from './dialect.ts'
import { createLookup } from './lookup.ts'
import { createReads } from './reads.ts'
import type { Schema } from './schema.ts'
import { ServerKeyError } from './server-key.ts'
import { createUsageStore } from './usage.ts'
import { createWrites } from './writes.ts'

export interface OpenDatabase extends Database, SecretLookup, UsageStore, CreditStore {
  /**
   * Makes sure that this is the server key the database was written under.
   * @throws ServerKeyError for another one: every key of every customer would be unknown.
   */
  confirmServerKey(serverKey: ServerKey): Promise<void>
  /** The version of the last committed change. */
  version(): Promise<number>
  /** True when a statement can be answered now. */
  reachable(): Promise<boolean>
  close(): Promise<void>
}

/** All that the rest of the server sees of an engine. */
export function createDatabase(engine: Engine): OpenDatabase {
  const db = new Kysely<Schema>({ dialect: engine.dialect })
  return {
    ...createReads(db),
    ...createLookup(db),
    ...createUsageStore(db),
    ...createCreditStore(db),

    async transact(work) {
      const transaction = await db.startTransaction().execute()
      try {
        const { commit, value } = await work(createWrites(transaction))
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

    confirmServerKey: (serverKey) => confirmServerKey(db, serverKey),

    version: () => readVersion(db),

    reachable: () =>
      readVersion(db).then(
        () => true,
        () => false,
      ),

    close: () => db.destroy(),
  }
}

async function confirmServerKey(db: Kysely<Schema>, serverKey: ServerKey): Promise<void> {
  const marks = await db.selectFrom('server_keys').selectAll().execute()
  const markOf = (version: number) => Buffer.from(serverKey.seal('claviger server key', version))
  for (const { version, mark } of marks) {
    if (!markOf(version).equals(mark)) {
      throw new ServerKeyError(`this is not the server key (version ${version}) that the database was written under`)
    }
  }
  const { version } = serverKey
  if (marks.some((known) => known.version === version)) return
  await db
    .insertInto('server_keys')
    .values({ version, mark: markOf(version) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function readVersion(db: Kysely<Schema>): Promise<number> {
  const { version } = await db.selectFrom('cluster_clock').select('version').executeTakeFirstOrThrow()
  return version
}

async function commitOrDoubt(transaction: ControlledTransaction<Schema>): Promise<void> {
  try {
    await transaction.commit().execute()
  } catch (cause) {
    throw new CommitUnknown('the answer to COMMIT was lost', { cause })
  }
}
