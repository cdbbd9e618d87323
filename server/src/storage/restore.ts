import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { BackupError, copyDatabase } from './backup.ts'
import { claimDataDirectory, openDataDirectory } from './data-directory.ts'
import { createDatabase } from './database.ts'
import { migrationState } from './migrate.ts'
import { parseServerKey, ServerKeyError } from './server-key.ts'
import { loadServerKey } from './server-key-file.ts'
import { openSqlite } from './sqlite.ts'
import { syncDirectory } from './sync-directory.ts'

export interface RestoreRequest {
  dataDir: string
  /** Null: a file in the data directory. */
  masterKey: string | null
  from: string
  /** Milliseconds since 1970; becomes part of the name under which the present database is kept. */
  now: number
  /** Called when everything has been checked, and nothing changed yet. Throws where it shall not be. */
  approve(what: { version: number; present: number | null }): Promise<void>
}

export interface Restored {
  version: number
  /** Where what was there before is now; null: there was nothing. */
  keptAs: string | null
  /** False: nothing is known here of what was ended after the backup was made. */
  hasJournal: boolean
}

/**
 * Puts a backup in the place of the embedded database, while no server runs. What was there before is kept beside it.
 * The next start, or whoever opens the record next, does again what the backup does not know.
 * @throws DataDirectoryBusy, BackupError, FutureDatabase, ServerKeyError; nothing is changed then.
 */
export async function restoreDatabase({ dataDir, masterKey, from, now, approve }: RestoreRequest): Promise<Restored> {
  if (!existsSync(from)) throw new BackupError(`${from}: there is no such file`)
  const { databaseFile, serverKeyFile, journalFile } = openDataDirectory(dataDir)
  const release = claimDataDirectory(dataDir)
  const draft = `${databaseFile}.restore-${randomBytes(6).toString('hex')}`
  try {
    // What is checked and what is put in place are the same bytes.
    const { version } = await copyDatabase(from, draft)
    await requireUsable(draft, from, () =>
      masterKey === null ? loadServerKey(serverKeyFile, true) : parseServerKey(masterKey, 'CLAVIGER_MASTER_KEY'),
    )
    await approve({ version, present: existsSync(databaseFile) ? settle(databaseFile) : null })
    const keptAs = setAside(databaseFile, `${databaseFile}.before-restore-${stamp(now)}`)
    renameSync(draft, databaseFile)
    syncDirectory(dataDir)
    return { version, keptAs, hasJournal: existsSync(journalFile) }
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(draft + suffix, { force: true })
    release()
  }
}

async function requireUsable(draft: string, from: string, loadKey: () => ReturnType<typeof parseServerKey>) {
  const engine = openSqlite(draft)
  const database = createDatabase(engine)
  try {
    await migrationState(engine)
    if (!(await database.holdsData())) throw new BackupError(`${from} was never served by a Claviger`)
    await database.checkServerKey(loadKey())
  } catch (error) {
    if (!(error instanceof ServerKeyError)) throw error
    throw new ServerKeyError(`${from} cannot be used here: ${error.message}`)
  } finally {
    await database.close()
  }
  // Closing has folded everything into the one file again.
  const copy = new Sqlite(draft)
  copy.pragma('journal_mode = DELETE')
  copy.close()
}

/** Folds into the database what still stands beside it. @returns its version; null where it cannot be read any more. */
function settle(databaseFile: string): number | null {
  try {
    const database = new Sqlite(databaseFile)
    try {
      database.pragma('wal_checkpoint(TRUNCATE)')
      return database.prepare('select version from cluster_clock').pluck().get() as number
    } finally {
      database.close()
    }
  } catch {
    // Damaged: a reason to restore, and none to stop.
    return null
  }
}

/**
 * Keeps a database under another name, until it is replaced under its own too. What stands beside it goes first: taken
 * for the log of another database, it would spoil that.
 */
function setAside(databaseFile: string, name: string): string | null {
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(databaseFile + suffix)) renameSync(databaseFile + suffix, name + suffix)
  }
  if (!existsSync(databaseFile)) return null
  linkSync(databaseFile, name)
  return name
}

function stamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
}
