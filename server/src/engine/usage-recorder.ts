import type { RandomBytes, VerdictCode } from '@claviger/core'
import { type Clock, DatabaseUnavailable, type PendingUsage, type UsageStore } from '../domain/ports.ts'
import { type Caller, HOUR_MS, type UsagePortion } from '../domain/usage-records.ts'
import { addScope, isSameDay, type NotedScopes, notesOfDay } from './scope-notes.ts'
import { sizeOf, toPortions, usesIn } from './usage-portions.ts'
import { addDenial, addTo, addUse, firstUse, isFor, type KeyUse, type OpenUse } from './usage-tally.ts'

const FLUSH_EVERY_MS = 1_000
const SWEEP_EVERY_MS = HOUR_MS
/** Rows of a kind that are removed at once when their time is over. */
const SWEEP_PORTION = 500
/** Tallies and denials that may wait for the database. Beyond it the oldest go. */
const MAX_WAITING = 250_000
/** A portion that the database refuses, without being out of order, is given up after as many attempts. */
const MAX_REFUSALS = 5

export interface UsageRecorderParts {
  store: UsageStore
  clock: Clock
  randomBytes: RandomBytes
  /** Told when a flush fails; the uses wait for the next one. */
  onFailure: (error: unknown) => void
  /** Told how many uses will never be written. */
  onLoss: (uses: number) => void
  maxWaiting?: number
}

/** Who asked, and in which request. */
export interface UseContext extends Caller {
  readonly requestId: string
}

/**
 * Notes who uses which key, and with what verdict, without making anyone wait: in memory at once, in the database within
 * a second. A process that is killed loses at most that second; one that is stopped, nothing.
 */
export class UsageRecorder implements PendingUsage {
  readonly #parts: UsageRecorderParts
  readonly #maxWaiting: number
  readonly #timer: NodeJS.Timeout
  /** Names this process among those that ever wrote. */
  readonly #writer: string
  #open: OpenUse[] = []
  /** Tallies and denials in them. */
  #waiting = 0
  /** When the first of them was noted. */
  #openedAt = 0
  /** Taken out of `#open` and not known to be written: their contents are fixed, so that none is counted twice. */
  #portions: { portion: UsagePortion; uses: number; since: number }[] = []
  #portionNumber = 0
  #denialNumber = 0
  #refusals = 0
  /** How often something was lost: what was noted before may be among it, and is noted again. */
  #losses = 0
  #flushing: Promise<void> = Promise.resolve()
  #ticking: Promise<void> | null = null
  #closing = false
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(parts: UsageRecorderParts) {
    this.#parts = parts
    this.#maxWaiting = parts.maxWaiting ?? MAX_WAITING
    this.#writer = Buffer.from(parts.randomBytes(12)).toString('hex')
    this.#timer = setInterval(() => {
      // Where the database is slow, the next one waits for its turn.
      this.#ticking ??= this.#tick().finally(() => {
        this.#ticking = null
      })
    }, FLUSH_EVERY_MS)
    this.#timer.unref()
  }

  /** Costs a few comparisons where the same caller was the last to use the secret. */
  note(use: KeyUse, code: VerdictCode, at: number, context: UseContext): void {
    const { open } = use
    if (open !== null && isFor(open.latest, code, at, context)) addTo(open.latest, at)
    else this.#noteElse(use, code, at, context)
    if (code !== 'VALID' && use.open !== null) {
      const { ip, requestId } = context
      this.#waiting += addDenial(use.open, { at, code, ip, requestId })
    }
    if (this.#waiting > this.#maxWaiting) this.#shed()
  }

  /**
   * Notes by which of the key's scopes it was let in. Costs a look for each where that is noted for the day already.
   * @param asked by an accepted request that was noted just now.
   */
  noteScopes(use: KeyUse, asked: readonly string[], granted: readonly string[], at: number): void {
    const { noted } = use
    if (noted !== null && noted.losses === this.#losses && isSameDay(noted, at)) {
      for (const scope of asked) if (!noted.asked.has(scope)) this.#noteScope(use, noted, scope, granted)
      return
    }
    use.noted = notesOfDay(at, this.#losses)
    for (const scope of asked) this.#noteScope(use, use.noted, scope, granted)
  }

  /** When the oldest use that is not in the database was noted; null: all are there. */
  get waitingSince(): number | null {
    return this.#portions[0]?.since ?? (this.#open.length > 0 ? this.#openedAt : null)
  }

  flush(): Promise<void> {
    // One after the other, so that whoever waits for this flush has also waited for those before it.
    this.#flushing = this.#flushing.catch(() => {}).then(() => this.#write())
    return this.#flushing
  }

  /** Removes what is past its time, in small portions. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#parts
    while (await store.removeOldUsage(clock.now(), SWEEP_PORTION)) {
      // The next process goes on with it.
      if (this.#closing) return
      await new Promise(setImmediate)
    }
  }

  /** Writes what is left. Nothing is noted afterwards. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#closing = true
    await this.#ticking
    await this.flush()
  }

  async #tick(): Promise<void> {
    try {
      await this.flush()
      const now = this.#parts.clock.now()
      if (now - this.#sweptAt < SWEEP_EVERY_MS) return
      this.#sweptAt = now
      await this.sweep()
    } catch (error) {
      this.#parts.onFailure(error)
    }
  }

  #noteElse(use: KeyUse, code: VerdictCode, at: number, context: UseContext): void {
    if (use.open !== null) {
      this.#waiting += addUse(use.open, code, at, context)
      return
    }
    if (this.#open.length === 0) this.#openedAt = at
    use.open = firstUse(use, code, at, context)
    this.#open.push(use.open)
    this.#waiting++
  }

  #noteScope({ open }: KeyUse, noted: NotedScopes, scope: string, granted: readonly string[]): void {
    // Nothing waits where it had to make room: the next request notes the scope.
    if (open === null) return
    this.#waiting += addScope(open, noted, scope, granted)
  }

  async #write(): Promise<void> {
    // While the database fails, uses go on being added up where they are instead of becoming ever more portions.
    await this.#drain()
    const opened = this.#open
    const since = this.#openedAt
    this.#open = []
    this.#waiting = 0
    for (const { use } of opened) use.open = null
    const newId = () => `${this.#writer}-${String(++this.#denialNumber).padStart(12, '0')}`
    for (const { uses, ...contents } of toPortions(opened, newId)) {
      const number = ++this.#portionNumber
      this.#portions.push({
        uses,
        since,
        portion: { writer: this.#writer, number, at: this.#parts.clock.now(), ...contents },
      })
    }
    await this.#drain()
  }

  async #drain(): Promise<void> {
    const { store, onFailure, onLoss } = this.#parts
    for (;;) {
      const [next] = this.#portions
      if (next === undefined) return
      try {
        await store.recordUsage(next.portion)
      } catch (error) {
        const refused = !(error instanceof DatabaseUnavailable) && ++this.#refusals >= MAX_REFUSALS
        if (!refused) throw error
        // What can never be written must not keep all that follows from being written.
        onFailure(error)
        this.#losses++
        onLoss(next.uses)
      }
      this.#refusals = 0
      this.#portions.shift()
      await new Promise(setImmediate)
    }
  }

  /** A tenth at once: making room for one more each time would cost as much each time. */
  #shed(): void {
    let uses = 0
    let gone = 0
    while (this.#waiting > this.#maxWaiting * 0.9 && gone < this.#open.length) {
      const open = this.#open[gone++] as OpenUse
      uses += usesIn(open)
      this.#waiting -= sizeOf(open)
      open.use.open = null
    }
    this.#open.splice(0, gone)
    this.#losses++
    this.#parts.onLoss(uses)
  }
}
