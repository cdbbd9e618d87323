import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { DatabaseUnavailable, type Standing } from '../domain/ports.ts'
import { ClaimedSession } from './claimed-session.ts'
import { connectionSettings, STATEMENT_TIMEOUT_MS, UnusableDatabase } from './postgres-settings.ts'

/** Another server runs on this database. */
export class DatabaseBusy extends Error {
  override name = 'DatabaseBusy'
}

/** Told when this process stops and begins to be the only one. */
export interface ClaimWatcher {
  lost(cause: unknown): void
  /** While it was lost, another server has come. Told once for each loss. */
  taken(by: DatabaseBusy): void
  /**
   * The claim holds again when this has resolved: everything remembered from before must be gone. Changes can be made
   * meanwhile.
   */
  regained(): Promise<void>
}

/** The advisory lock's number: the name in ASCII. */
const LOCK = String(Buffer.from('claviger').readBigInt64BE())

/**
 * How long the last proof of the claim counts. PostgreSQL frees the lock of a client that has vanished only after six
 * seconds, so a process that is cut off or was stopped for a while trusts its memory no longer when another can begin.
 */
const TRUST_MS = 2_000
const RETRY_MS = 250
/** The session of a server that died at work ends with its last statement. */
const PATIENCE_MS = STATEMENT_TIMEOUT_MS + 500

/**
 * Makes this process the only server of a database, by a lock on a session of its own, and keeps it so: a session that
 * is lost is replaced as soon as the lock can be had again.
 *
 * All changes are made on that very session. So no change is committed by a server that has lost its claim, and when
 * the claim is had again, every change of before is decided, also one whose COMMIT was never answered: PostgreSQL frees
 * the lock of a session only when its transaction has ended.
 */
export class PostgresClaim implements PostgresPool, Standing {
  readonly options = {}
  readonly #databaseUrl: string
  /** By which its former sessions are known from another server's. */
  readonly #name = `claviger server ${randomBytes(6).toString('hex')}`
  #session: ClaimedSession | null = null
  /** False while the watcher is still being told. */
  #settled = false
  #watcher: ClaimWatcher | null = null
  #sessions = 0
  #ending = false

  private constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl
  }

  /** @throws DatabaseBusy while another server holds the database, DatabaseUnavailable. */
  static async take(databaseUrl: string): Promise<PostgresClaim> {
    const claim = new PostgresClaim(databaseUrl)
    claim.#begin(await claim.#acquire())
    return claim
  }

  holds(): boolean {
    return this.#settled && this.#session !== null && performance.now() - this.#session.provenAt < TRUST_MS
  }

  watch(watcher: ClaimWatcher): void {
    this.#watcher = watcher
    // Lost and had again before anyone was told: what the watcher read meanwhile may be out of date, so once more.
    if (this.#sessions > 1) void this.#session?.close()
  }

  /** For one change at a time. @throws DatabaseUnavailable */
  async connect(): Promise<PostgresPoolClient> {
    if (this.#session === null)
      throw new DatabaseUnavailable('PostgreSQL: this server has lost its claim on the database')
    return this.#session.takeTurn()
  }

  /** Lets go of the database. */
  async end(): Promise<void> {
    this.#ending = true
    const session = this.#session
    this.#session = null
    await session?.close()
  }

  async #acquire(): Promise<ClaimedSession> {
    const settings = connectionSettings(this.#databaseUrl, { name: this.#name, hurried: true })
    const session = await ClaimedSession.open(settings)
    try {
      for (const until = performance.now() + PATIENCE_MS; !(await holdsLock(session)); await sleep(50)) {
        if (performance.now() >= until) throw await describeHolder(session)
      }
      return session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  #begin(session: ClaimedSession): void {
    this.#sessions++
    this.#session = session
    this.#settled = true
    session.onEnd = (cause) => this.#lose(cause)
    if (session.ended) this.#lose(new DatabaseUnavailable('PostgreSQL: the session has ended'))
  }

  #lose(cause: unknown): void {
    this.#session = null
    this.#settled = false
    if (this.#ending) return
    this.#watcher?.lost(cause)
    void this.#regain()
  }

  async #regain(): Promise<void> {
    for (let toldTaken = false; !this.#ending; await sleep(RETRY_MS, undefined, { ref: false })) {
      try {
        const session = await this.#acquire()
        this.#session = session
        await this.#watcher?.regained().catch(async (error: unknown) => {
          this.#session = null
          await session.close()
          throw error
        })
        if (this.#ending) return await session.close()
        return this.#begin(session)
      } catch (error) {
        if (!(error instanceof DatabaseBusy) || toldTaken) continue
        toldTaken = true
        this.#watcher?.taken(error)
      }
    }
  }
}

/** Takes the lock if it is free, and makes it so where only a former session of this process stands in the way. */
async function holdsLock(session: ClaimedSession): Promise<boolean> {
  const { rows } = await session.ask<{ held: boolean; standby: boolean; pid: number }>(
    `select pg_try_advisory_lock(${LOCK}) as held, pg_is_in_recovery() as standby, pg_backend_pid() as pid`,
  )
  const { held = false, standby = false, pid } = rows[0] ?? {}
  if (standby) throw new DatabaseUnavailable('PostgreSQL: this is a standby; DATABASE_URL must name the primary')
  // Two servers behind one pooler could be lent the same session, and each would be told that the lock is its own.
  if (pid !== session.processId) {
    throw new UnusableDatabase('a connection pooler stands before PostgreSQL; DATABASE_URL must name PostgreSQL itself')
  }
  if (held) return true
  await session.ask(
    `select pg_terminate_backend(pid) ${HOLDERS} and application_name = current_setting('application_name')`,
  )
  return false
}

async function describeHolder(session: ClaimedSession): Promise<DatabaseBusy> {
  const { rows } = await session.ask<{ from: string | null; since: Date | null }>(
    `select host(client_addr) as "from", backend_start as since ${HOLDERS}`,
  )
  const { from, since } = rows[0] ?? {}
  const where = `${from ? ` from ${from}` : ''}${since ? ` since ${since.toISOString()}` : ''}`
  return new DatabaseBusy(`another Claviger server runs on this database${where}; stop it first`)
}

/** A lock by one 64-bit number stands in the catalogue as two halves, and 1 (PostgreSQL, "pg_locks"). */
const HOLDERS = `from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and granted and objsubid = 1
    and database = (select oid from pg_database where datname = current_database())
    and classid = (${LOCK}::bigint >> 32)::oid and objid = (${LOCK}::bigint & 4294967295)::oid`
