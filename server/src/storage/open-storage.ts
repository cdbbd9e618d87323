import { existsSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerKey, Standing } from '../domain/ports.ts'
import { claimDataDirectory, DataDirectoryBusy, openDataDirectory } from './data-directory.ts'
import { createDatabase, type OpenDatabase } from './database.ts'
import type { Engine } from './dialect.ts'
import { FutureDatabase, migrate, migrationState } from './migrate.ts'
import { openPostgres } from './postgres.ts'
import { type ClaimWatcher, DatabaseBusy, PostgresClaim } from './postgres-claim.ts'
import { UnusableDatabase } from './postgres-settings.ts'
import { parseServerKey, ReplaceableServerKey } from './server-key.ts'
import { loadServerKey } from './server-key-file.ts'
import { isDamage, openSqlite } from './sqlite.ts'

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
  /**
   * Takes up a version that was added to the key file since it was read.
   * @returns the version in use from now on; null: the file is as it was.
   * @throws ServerKeyError where it cannot be used; what was in use stays in use.
   */
  renewServerKey(): Promise<number | null>
  readonly journalFile: string
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
  const { databaseFile, serverKeyFile } = openDataDirectory(options.dataDir)
  requireNotEmptied(databaseFile, serverKeyFile)
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
    if (error instanceof FutureDatabase) throw new FutureDatabase(`${databaseFile}: ${error.message}`, { cause: error })
    throw isDamage(error) ? new UnusableDatabase(damaged(databaseFile, error), { cause: error }) : error
  }
}

/** An empty file is a new database to SQLite: every key would be unknown, and nobody would be told why. */
function requireNotEmptied(databaseFile: string, serverKeyFile: string): void {
  if (!existsSync(serverKeyFile) || !existsSync(databaseFile) || statSync(databaseFile).size > 0) return
  throw new UnusableDatabase(
    `${databaseFile} is empty, and ${serverKeyFile} beside it is not new; restore the database from a backup, or remove the empty file to begin with a new one`,
  )
}

function damaged(databaseFile: string, error: Error): string {
  return `${databaseFile} is damaged or is no database (${error.message}); restore it from a backup, or move it away to begin with a new one`
}

/** The data directory is claimed as well: the journal in it tells of one database, and one process writes it. */
async function openShared(options: StorageOptions, databaseUrl: string, company: Company): Promise<OpenStorage> {
  openDataDirectory(options.dataDir)
  const release = company === 'alone' ? claimDataDirectory(options.dataDir) : null
  let claim: PostgresClaim | null = null
  try {
    claim = company === 'alone' ? await PostgresClaim.take(databaseUrl) : null
    const held = claim
    const claimForNow = async () => {
      const taken = await PostgresClaim.take(databaseUrl)
      return () => taken.end()
    }
    const ready = await makeReady(await openPostgres(databaseUrl, held), held ? null : claimForNow, options)
    return {
      ...ready,
      standing: held ?? { holds: () => false },
      watch: (watcher) => held?.watch(watcher),
      async close() {
        await ready.database.close()
        release?.()
      },
    }
  } catch (error) {
    await claim?.end()
    release?.()
    throw error
  }
}

async function makeReady(
  engine: Engine,
  claim: (() => Release | Promise<Release>) | null,
  { dataDir, masterKey }: StorageOptions,
): Promise<Pick<OpenStorage, 'database' | 'serverKey' | 'renewServerKey' | 'journalFile' | 'migrated'>> {
  const database = createDatabase(engine)
  try {
    const migrated = claim ? await migrateUnderClaim(engine, claim) : await migrate(engine)
    const hasData = await database.holdsData()
    const { journalFile, serverKeyFile } = openDataDirectory(dataDir)
    const serverKey = new ReplaceableServerKey(
      masterKey === null ? loadServerKey(serverKeyFile, hasData) : parseServerKey(masterKey, 'CLAVIGER_MASTER_KEY'),
    )
    await database.confirmServerKey(serverKey)
    const renewServerKey = masterKey === null ? renewal(database, serverKey, serverKeyFile) : async () => null
    return { database, serverKey, renewServerKey, journalFile, migrated }
  } catch (error) {
    await database.close()
    throw error
  }
}

function renewal(database: OpenDatabase, serverKey: ReplaceableServerKey, file: string) {
  let seen = 0
  return async () => {
    const { mtimeMs } = statSync(file)
    if (mtimeMs === seen) return null
    seen = mtimeMs
    const next = loadServerKey(file, true)
    if (next.version === serverKey.version) return null
    // It must still have every version that something here was made under.
    await database.confirmServerKey(next)
    serverKey.replace(next)
    return next.version
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
