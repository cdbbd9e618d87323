import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

/** Another process runs on this data directory. */
export class DataDirectoryBusy extends Error {
  override name = 'DataDirectoryBusy'
}

export interface DataDirectory {
  readonly databaseFile: string
  readonly serverKeyFile: string
  readonly journalFile: string
}

/** Makes the directory if there is none, readable by its owner alone. */
export function openDataDirectory(path: string): DataDirectory {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700)
  return {
    databaseFile: join(path, 'claviger.db'),
    serverKeyFile: join(path, 'server-key'),
    journalFile: join(path, 'journal.ndjson'),
  }
}

/**
 * Claims the directory for this process until it is released or the process ends, by any kind of death: the operating
 * system holds the lock, so none is left behind.
 * @returns what releases it.
 * @throws DataDirectoryBusy while another process holds it.
 */
export function claimDataDirectory(path: string): () => void {
  const lock = new Sqlite(join(path, 'claviger.lock'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new DataDirectoryBusy(`another Claviger runs on ${path}; stop it first, or choose another --data-dir`)
    }
    throw error
  }
  return () => lock.close()
}
