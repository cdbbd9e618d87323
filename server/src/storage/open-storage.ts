import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerKey, Standing } from '../domain/ports.ts'
import { claimDataDirectory, DataDirectoryBusy, openDataDirectory } from './data-directory.ts'
import { createDatabase, type OpenDatabase } from './database.ts'
import type { Engine } from './dialect.ts'
import { migrate, migrationState } from './migrate.ts'
import { openPostgres } from './postgres.ts'
import { type ClaimWatcher, DatabaseBusy, PostgresClaim } from './postgres-claim.ts'
import { loadServerKey, parseServerKey } from './server-key.ts'
import { openSqlite } from './sqlite.ts'

export interface StorageOptions {
  /** Holds the embedded database, and the server key unless that is given. */
  dataDir: string
  /** Null: the embedded database. */
  databaseUrl: string | null
  /** Null: a file in the data directory. */
  masterKey: string | null
}

export interface OpenStorage {
  database: OpenDatabase
  serverKey: ServerKey
  /** Names of the migrations that ran now. */
  migrated: string[]
  standing: Standing
  /** To be told when the claim of a process that is alone is lost and had again. */
  watch(watcher: ClaimWatcher): void
  close(): Promise<void>
}

/** `alone` claims the database for this process; `beside` does so only for as long as tables have to be made or changed. */
export type Company = 'alone' | 'beside'

type Release = () => void | Promise<void>

/** How long a command waits for a server that is just making the tables. */
const MIGRATION_PATIENCE_MS = 5_000
const MIGRATION_RETRY_MS = 100

/**
 * Opens the database, brings its tables up to date and makes sure of the server key.
 * @throws DataDirectoryBusy, DatabaseBusy, DatabaseUnavailable, UnusableDatabase, FutureDatabase, ServerKeyError.
 */
export function openStorage(options: StorageOptions, company: Company): Promise<OpenStorage> {
  const { databaseUrl } = options
  return databaseUrl === null ? openEmbedded(options, company) : openShared(options, databaseUrl, company)
}

async function openEmbedded(options: StorageOptions, company: Company): Promise<OpenStorage> {
  const { databaseFile } = openDataDirectory(options.dataDir)
  const claim = () => claimDataDirectory(options.dataDir)
  const release = company === 'alone' ? claim() : null
  try {
    const ready = await makeReady(openSqlite(databaseFile), release ? null : claim, options)
    return {
      ...ready,
      // The operating system keeps the claim for as long as the process lives.
      standing: { holds: () => true },
      watch: () => {},
      async close() {
        await ready.database.close()
        release?.()
      },
    }
  } catch (error) {
    release?.()
    throw error
  }
}

/** The data directory is not claimed: it holds no more than the server key, which any number of processes may read. */
async function openShared(options: StorageOptions, databaseUrl: string, company: Company): Promise<OpenStorage> {
  const claim = company === 'alone' ? await PostgresClaim.take(databaseUrl) : null
  try {
    const claimForNow = async () => {
      const held = await PostgresClaim.take(databaseUrl)
      return () => held.end()
    }
    const ready = await makeReady(await openPostgres(databaseUrl, claim), claim ? null : claimForNow, options)
    return {
      ...ready,
      standing: claim ?? { holds: () => false },
      watch: (watcher) => claim?.watch(watcher),
      close: () => ready.database.close(),
    }
  } catch (error) {
    await claim?.end()
    throw error
  }
}

async function makeReady(
  engine: Engine,
  claim: (() => Release | Promise<Release>) | null,
  { dataDir, masterKey }: StorageOptions,
): Promise<Pick<OpenStorage, 'database' | 'serverKey' | 'migrated'>> {
  const database = createDatabase(engine)
  try {
    const migrated = claim ? await migrateUnderClaim(engine, claim) : await migrate(engine)
    const serverKey =
      masterKey === null
        ? loadServerKey(openDataDirectory(dataDir).serverKeyFile, await database.holdsData())
        : parseServerKey(masterKey, 'CLAVIGER_MASTER_KEY')
    await database.confirmServerKey(serverKey)
    return { database, serverKey, migrated }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Beside a server there is nothing to do, unless it has started just now and is still at it. */
async function migrateUnderClaim(engine: Engine, claim: () => Release | Promise<Release>): Promise<string[]> {
  const until = performance.now() + MIGRATION_PATIENCE_MS
  while ((await migrationState(engine)).pending.length > 0) {
    try {
      const release = await claim()
      try {
        return await migrate(engine)
      } finally {
        await release()
      }
    } catch (error) {
      const busy = error instanceof DataDirectoryBusy || error instanceof DatabaseBusy
      if (!busy || performance.now() > until) throw error
    }
    await sleep(MIGRATION_RETRY_MS)
  }
  return []
}
