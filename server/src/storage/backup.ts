import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { syncDirectory } from './sync-directory.ts'

/** A backup cannot be made, or what was named is none. */
export class BackupError extends Error {
  override name = 'BackupError'
}

const ALL_PAGES = 0x7fff_ffff

/**
 * Copies the embedded database as it is at one moment, also while a server writes to it. The copy is one file that
 * only its owner can read, complete in itself, and on the disk when this returns.
 * @param to must not exist.
 * @returns the version of the last change in it, and its size in bytes.
 */
export async function backUpDatabase(databaseFile: string, to: string): Promise<{ version: number; bytes: number }> {
  if (!existsSync(databaseFile)) throw new BackupError(`there is no database at ${databaseFile}`)
  if (existsSync(to)) throw new BackupError(`${to} is there already; a backup never overwrites anything`)
  if (!existsSync(dirname(to))) throw new BackupError(`there is no directory ${dirname(to)}`)
  const draft = `${to}.${randomBytes(6).toString('hex')}.part`
  try {
    const found = await copyDatabase(databaseFile, draft)
    try {
      linkSync(draft, to)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      throw new BackupError(`${to} is there already; a backup never overwrites anything`)
    }
    return found
  } finally {
    rmSync(draft, { force: true })
    syncDirectory(dirname(to))
  }
}

/**
 * Copies a database into a new file and looks at every page of the copy.
 * @throws BackupError where the copy is not sound, or no database of Claviger.
 */
export async function copyDatabase(from: string, to: string): Promise<{ version: number; bytes: number }> {
  // Made before SQLite would make it, so that nobody else can ever read it.
  closeSync(openSync(to, 'wx', 0o600))
  const source = openReadable(from)
  try {
    // All in one step: between steps a server beside could write, and the copy would begin anew each time.
    await source.backup(to, { progress: () => ALL_PAGES })
  } catch (error) {
    throw notADatabase(from, error)
  } finally {
    source.close()
  }
  const copy = new Sqlite(to)
  try {
    // One file, without another beside it that would have to be kept with it.
    copy.pragma('journal_mode = DELETE')
    const problem = String(copy.pragma('integrity_check(1)', { simple: true }))
    if (problem !== 'ok') throw new BackupError(`${from} is damaged: ${problem.replaceAll(/\s*\n\s*/g, ' ')}`)
    const tables = copy.prepare("select name from sqlite_master where type = 'table'").pluck().all()
    if (!['kysely_migration', 'server_keys', 'cluster_clock'].every((name) => tables.includes(name))) {
      throw new BackupError(`${from} is no database of Claviger`)
    }
    const version = copy.prepare('select version from cluster_clock').pluck().get() as number
    const bytes =
      (copy.pragma('page_count', { simple: true }) as number) * (copy.pragma('page_size', { simple: true }) as number)
    return { version, bytes }
  } finally {
    copy.close()
    const handle = openSync(to, 'r+')
    fsyncSync(handle)
    closeSync(handle)
  }
}

function openReadable(file: string): Sqlite.Database {
  try {
    return new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5_000 })
  } catch (error) {
    throw notADatabase(file, error)
  }
}

function notADatabase(file: string, error: unknown): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error
  return new BackupError(`${file}: ${error.message} (${error.code})`, { cause: error })
}
