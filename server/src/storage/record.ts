import { newId, type RandomBytes } from '@claviger/core'
import { machineActor } from '../domain/actor.ts'
import { ChangeFeed } from '../domain/change-feed.ts'
import { headText } from '../domain/journal.ts'
import type { Clock, Verifiers } from '../domain/ports.ts'
import { recover } from '../domain/recover.ts'
import { describeRecovery } from '../domain/recovery-words.ts'
import { RunningRequests } from '../domain/running-requests.ts'
import type { OpenDatabase } from './database.ts'
import { Journal, type JournalWatcher } from './journal.ts'
import { journaled } from './journaled-database.ts'
import type { OpenStorage } from './open-storage.ts'

/** What of a log is needed here; pino's is one. */
export interface RecordLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** A database whose every change is noted outside it. */
export interface DeploymentRecord {
  readonly database: OpenDatabase
  /** The database may be changed by others until `recover` has been called. */
  suspend(): void
  /**
   * Compares the database with what was noted, and does again what it has forgotten. No verdict may be given meanwhile.
   * @returns what was found and done, in plain words.
   */
  recover(): Promise<string[]>
  /** Notes what was committed beside this process, or could not be noted before. */
  catchUp(): Promise<void>
  /** Notes what is left, as far as possible. */
  close(): Promise<void>
}

interface RecordParts {
  clock: Clock
  randomBytes: RandomBytes
  log: RecordLog
}

export function openRecord(
  { database, serverKey, journalFile }: Pick<OpenStorage, 'database' | 'serverKey' | 'journalFile'>,
  { clock, randomBytes, log }: RecordParts,
): DeploymentRecord {
  const journal = new Journal(journalFile, { database, serverKey, now: () => clock.now(), watcher: tell(log) })
  const parts = {
    database: journaled(database, journal, 'comparing'),
    serverKey,
    clock,
    randomBytes,
    verifiers: NOBODY,
    running: new RunningRequests(),
    feed: new ChangeFeed(),
  }

  async function catchUp(): Promise<void> {
    if (journal.comparing) return
    if (!journal.failing && (await database.version()) === journal.version) return
    await journal.catchUp()
  }

  return {
    database: journaled(database, journal, 'serving'),
    suspend: () => journal.suspend(),
    async recover() {
      const actor = machineActor(newId('req', clock.now(), randomBytes))
      const recoveries = await recover(parts, { ...actor, ref: { ...actor.ref, name: 'recovery' } }, journal)
      journal.resume()
      const words = recoveries.flatMap(describeRecovery)
      for (const sentence of words) log.error({}, sentence)
      return words
    },
    catchUp,
    async close() {
      try {
        await catchUp()
        journal.end()
      } catch (error) {
        log.error({ err: error }, 'the journal may lack the last changes; the next start reads them from the database')
      }
    },
  }
}

/** While the database is being compared nobody answers from memory. */
const NOBODY: Verifiers = { apply: async () => ({ effectiveAt: '', verifiers: 0 }), forget: () => {} }

function tell(log: RecordLog): JournalWatcher {
  return {
    heads: (heads) => log.info({ heads: heads.map(headText) }, 'audit log'),
    begun: (path, version) =>
      log.warn({ path, version }, 'there was no journal: it begins now, and what was ended before is not in it'),
    caughtUp: (version, missing) =>
      log.info({ version, missing }, 'changes made beside this process, or not noted before, are noted now'),
    cut: (chains) =>
      log.error({ chains }, 'events were cut off the audit log; claviger audit verify --head tells of which'),
    notShortened: (error) => log.error({ err: error }, 'the journal could not be made shorter; it goes on growing'),
    failing: (error) =>
      log.error(
        { err: error },
        'the journal cannot be written: until it can, no change gets a receipt and no key is made',
      ),
    recovered: () => log.info({}, 'the journal can be written again; all that was committed is noted'),
  }
}
