import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  sql,
} from 'kysely'
import { LRUCache } from 'lru-cache'
import { DatabaseUnavailable } from '../domain/ports.ts'
import type { Engine } from './dialect.ts'
import { requireStorable, storableJson } from './storable.ts'

/** How long a statement waits for a command that writes beside the server before it gives up. */
const BUSY_TIMEOUT_MS = 1_000
const BUSY_RETRY_MS = 5
/** How long statements may follow each other before whoever waits for an answer from memory has a turn. */
const TURN_MS = 8
/** Statements kept as SQLite has understood them. The server has fewer, but for lists of every length. */
const KEPT_STATEMENTS = 500
/** Whatever else there is may act while it is prepared, as pragmas do. */
const IS_KEPT = /^(?:select|insert|update|delete|with) /i

/** Result codes that lie with the disk or with another process, and not with the statement (sqlite.org/rescode.html). */
const OUTAGES = /^SQLITE_(?:BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN|CORRUPT|NOTADB|NOMEM)/

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
    // SQLite's own waiting would hold up the whole process, verdicts from memory included.
    database.pragma('busy_timeout = 0')
  } catch (error) {
    database.close()
    throw error
  }
  const statements = new LRUCache<string, Sqlite.Statement>({ max: KEPT_STATEMENTS })
  const prepare = (text: string): Sqlite.Statement => {
    const prepared = statements.get(text) ?? database.prepare(text)
    if (IS_KEPT.test(text)) statements.set(text, prepared)
    return prepared
  }
  return {
    dialect: new PatientSqliteDialect({ database: { prepare, close: () => void database.close() } }),
    changes: null,
    migrations: null,
    name: 'sqlite',
    schema: null,
    columnTypes: {
      text: sql`text`,
      integer: sql`integer`,
      binary: sql`blob`,
      moment: sql`text`,
      truth: sql`integer`,
      inKeyOrder: sql`without rowid`,
    },
    // There is one writer at a time, and it has every row.
    freeRows: null,
    unsynced: (db, work) =>
      db.connection().execute(async (connection) => {
        await sql`pragma synchronous = normal`.execute(connection)
        try {
          return await connection.transaction().execute(work)
        } finally {
          await sql`pragma synchronous = full`.execute(connection)
        }
      }),
    itemsOf: (items) => sql`json_each(${storableJson(items)}) as given`,
    updateEach(statement, rows) {
      const prepared = prepare(statement)
      return rows.filter((row) => {
        requireStorable(row)
        return changesNothing(prepared, row)
      })
    },
    close: async () => void database.close(),
  }
}

function changesNothing(prepared: Sqlite.Statement, row: readonly unknown[]): boolean {
  try {
    return prepared.run(...row).changes === 0
  } catch (error) {
    throw toFault(error)
  }
}

class PatientSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new PatientSqliteDriver(this.#config)
  }
}

class PatientSqliteDriver extends SqliteDriver {
  #connection: DatabaseConnection | undefined

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= new PatientConnection(await super.acquireConnection())
    return this.#connection
  }

  /** A transaction that reads before it writes fails beside another writer unless it takes the write lock at once. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** Waits for another process's lock without holding up this one, and tells outages as such. */
class PatientConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection
  /** Since when no write has got through. Whoever comes after has no better chance than those who have waited. */
  #busySince: number | null = null
  /** When the first statement of this turn of the event loop began. */
  #turnBegan: number | null = null

  constructor(inner: DatabaseConnection) {
    this.#inner = inner
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    requireStorable(query.parameters)
    await this.#takeTurns()
    for (;;) {
      try {
        const result = await this.#inner.executeQuery<R>(query)
        // Reading is possible beside any writer, so it says nothing.
        if (!SelectQueryNode.is(query.query)) this.#busySince = null
        return result
      } catch (error) {
        if (!isBusy(error)) throw toFault(error)
        this.#busySince ??= performance.now()
        if (performance.now() - this.#busySince >= BUSY_TIMEOUT_MS) throw toFault(error)
      }
      // A statement that found the database locked has done nothing. Within a transaction there is no other writer.
      await sleep(BUSY_RETRY_MS)
    }
  }

  /**
   * SQLite answers without a pause, and what follows an answer runs before any other event: a queue of changes, or one
   * of a thousand keys, would hold up everything else until the last of them is done.
   */
  async #takeTurns(): Promise<void> {
    const now = performance.now()
    if (this.#turnBegan === null) {
      this.#turnBegan = now
      setImmediate(() => {
        this.#turnBegan = null
      })
    } else if (now - this.#turnBegan > TURN_MS) {
      await new Promise(setImmediate)
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery(query, chunkSize)
  }
}

/** Whether the file itself is at fault: waiting or repeating does not help. */
export function isDamage(error: unknown): error is Error {
  const { cause } = error instanceof DatabaseUnavailable ? error : { cause: error }
  return cause instanceof Sqlite.SqliteError && /^SQLITE_(?:CORRUPT|NOTADB)/.test(cause.code)
}

function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

/** @returns DatabaseUnavailable for an outage; everything else as it is. */
function toFault(error: unknown): unknown {
  if (!(error instanceof Sqlite.SqliteError) || !OUTAGES.test(error.code)) return error
  return new DatabaseUnavailable(`SQLite: ${error.message} (${error.code})`, { cause: error })
}
