import { closeSync, openSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver, sql } from 'kysely'
import type { Engine } from './dialect.ts'

/** How long a statement waits for a command that writes beside the server before it gives up. */
const BUSY_TIMEOUT_MS = 5_000

/**
 * Opens the embedded database. One connection does everything: a second one in the same process would make the event
 * loop wait for its lock.
 */
export function openSqlite(file: string): Engine {
  // Made before SQLite would make it, so that nobody else can ever read it; the files beside it take its mode.
  closeSync(openSync(file, 'a', 0o600))
  const database = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.pragma('journal_mode = WAL')
    // A change is acknowledged only when it survives a power cut.
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('trusted_schema = OFF')
  } catch (error) {
    database.close()
    throw error
  }
  return {
    dialect: new ImmediateSqliteDialect({ database }),
    columnTypes: { text: sql`text`, integer: sql`integer`, binary: sql`blob` },
  }
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: { database: Sqlite.Database }

  constructor(config: { database: Sqlite.Database }) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#config)
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  /** A transaction that reads before it writes fails beside another writer unless it takes the write lock at once. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}
