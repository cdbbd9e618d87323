import { AppError, parseIp } from '@claviger/core'
import type { LRUCache } from 'lru-cache'
import type { Clock } from '../domain/ports.ts'
import { createLru } from './lru.ts'

/** How many look-ups that find nothing a source may cause. */
export interface LookupBound {
  atOnce: number
  /** After this time one more is allowed, up to `atOnce`: what is left of a throttled source is a trickle. */
  everyMs: number
}

export interface LookupBounds {
  /** For an address that is asked for, or that asks: of IPv6 the /64, which is the least that anybody holds. */
  address: LookupBound
  /** For a service key that says no address: all that its own callers waste is one source. */
  asker: LookupBound
  /** Remembered at a time; the one that wasted nothing for the longest goes first. */
  maxSources: number
}

export const LOOKUP_BOUNDS: LookupBounds = {
  address: { atOnce: 50, everyMs: 2_000 },
  asker: { atOnce: 2_000, everyMs: 10 },
  maxSources: 20_000,
}

/** Whom a look-up is for. */
export interface Asking {
  /** The service key that asks; null: whoever holds the secret asks by itself. */
  asker: string | null
  ip: string | null
}

/** One look-up that is under way. */
export interface Pass {
  /** @param wasted whether it found nothing. */
  leave(wasted: boolean): void
}

interface Source {
  readonly name: string
  readonly bound: LookupBound
  /** When nothing will count against it any more. */
  clearAt: number
  running: number
  waiting: (() => void)[]
}

/**
 * Keeps guessing from being work for the database. A look-up that finds nothing counts against the source it was made
 * for; one that finds a key never does, and a source is refused only for what it has wasted already, not for what is
 * still under way. A service key's sources are its own: it cannot use up another's.
 */
export class LookupThrottle {
  readonly #clock: Clock
  readonly #bounds: LookupBounds
  readonly #sources: LRUCache<string, Source>

  constructor(clock: Clock, bounds: LookupBounds = LOOKUP_BOUNDS) {
    this.#clock = clock
    this.#bounds = bounds
    this.#sources = createLru(bounds.maxSources)
  }

  /** Sources that something counts against, or is under way for. */
  get size(): number {
    return this.#sources.size
  }

  /**
   * @returns a pass; or, where it depends on look-ups under way whether there is room for another, when to ask again.
   * @throws AppError `RATE_LIMITED` with `retryAfterSeconds` in its details.
   */
  enter(asking: Asking): Pass | Promise<void> {
    const source = this.#find(asking)
    const { atOnce, everyMs } = source.bound
    const wastedMs = this.#wastedMs(source)
    const room = (atOnce - 1) * everyMs - wastedMs
    if (room < 0) throw refused(-room)
    if (room < source.running * everyMs) return new Promise((again) => source.waiting.push(again))
    source.running++
    this.#sources.set(source.name, source)
    return { leave: (wasted) => this.#leave(source, wasted) }
  }

  #find(asking: Asking): Source {
    const ip = asking.ip === null ? null : parseIp(asking.ip)
    // What is no address could be anything, a new one each time; it is the asker's own then.
    const network = ip === null ? '' : ip.words.slice(0, 2).join(':')
    const name = `${asking.asker ?? ''} ${network}`
    const bound = ip === null && asking.asker !== null ? this.#bounds.asker : this.#bounds.address
    return this.#sources.get(name) ?? { name, bound, clearAt: 0, running: 0, waiting: [] }
  }

  /** A clock that was set back makes nobody wait longer than having wasted everything. */
  #wastedMs({ clearAt, bound }: Source): number {
    return Math.min(Math.max(0, clearAt - this.#clock.now()), bound.atOnce * bound.everyMs)
  }

  #leave(source: Source, wasted: boolean): void {
    source.running--
    if (wasted) source.clearAt = this.#clock.now() + this.#wastedMs(source) + source.bound.everyMs
    // What was wasted takes the place of what was under way; the last to leave knows for all.
    const woken = source.running === 0 ? source.waiting.length : wasted ? 0 : 1
    for (const again of source.waiting.splice(0, woken)) again()
    if (source.running === 0 && this.#wastedMs(source) === 0) this.#sources.delete(source.name)
  }
}

function refused(waitMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000))
  return new AppError('RATE_LIMITED', 'Too many keys that do not exist were asked for from here.', {
    retryAfterSeconds,
  })
}
