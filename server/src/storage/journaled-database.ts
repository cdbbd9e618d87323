import type { Deed } from '../domain/journal.ts'
import { ChangeNotNoted, type Database, DatabaseUnavailable, type Touched, type Writes } from '../domain/ports.ts'
import type { SealedEvent } from '../domain/records.ts'
import type { CommittedNote, Journal } from './journal.ts'
import { deedsOf } from './journal-comparison.ts'

/** Who makes changes while the database is still being compared: only whoever does again what it has forgotten. */
export type During = 'serving' | 'comparing'

/**
 * The same database, of which every committed change is noted in the journal before anybody is told of it.
 *
 * While the journal cannot be written, a change that takes something away is made all the same, but answered as not
 * noted: no receipt says that it will last. One that makes a secret is not made: nobody would ever see that secret.
 */
export function journaled<D extends Database>(database: D, journal: Journal, during: During): D {
  return {
    ...database,
    async transact<T>(work: (writes: Writes) => Promise<{ commit: boolean; value: T }>): Promise<T> {
      if (journal.comparing && during === 'serving') {
        throw new DatabaseUnavailable('the database is being compared with what was noted of it')
      }
      const written = { note: null as CommittedNote | null }
      const value = await database.transact(async (writes) => {
        const recorder = record(writes)
        const done = await work(recorder.writes)
        if (done.commit) {
          if (recorder.addsSecret() && journal.failing) throw new DatabaseUnavailable('the journal cannot be written')
          written.note = recorder.note()
        }
        return done
      })
      try {
        if (written.note) await journal.note(written.note)
        // What was found done already may be the very change that could not be noted.
        else if (journal.failing) await journal.catchUp()
      } catch (cause) {
        throw new ChangeNotNoted('the change is made, and cannot be noted in the journal', { cause })
      }
      return value
    },
  }
}

/** Writes that remember what of them belongs into the journal. */
function record(writes: Writes) {
  let change: CommittedNote['change'] = null
  let touched: readonly Touched[] = []
  const heads = new Map<string, CommittedNote['heads'][number]>()
  const did: Deed[] = []
  const recording: Writes = {
    ...writes,
    async nextVersion(token) {
      const version = await writes.nextVersion(token)
      change = { version, token }
      return version
    },
    async recordTouched(version, token, what) {
      touched = what
      await writes.recordTouched(version, token, what)
    },
    async appendEvent(event: SealedEvent) {
      await writes.appendEvent(event)
      const { chain, sequence, mac } = event
      heads.set(chain, { chain, count: sequence, mac, first: heads.get(chain)?.first ?? sequence })
      did.push(...deedsOf([event]))
    },
  }
  return {
    writes: recording,
    addsSecret: () => touched.some(({ addsSecret }) => addsSecret),
    note: (): CommittedNote => ({ change, heads: [...heads.values()], did }),
  }
}
