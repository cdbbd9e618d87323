import { nextRefillAt, spendWindow, type WindowSpending, type WindowState } from '@claviger/core'
import type { LRUCache } from 'lru-cache'
import type { CreditStore, KeyLimits } from '../domain/ports.ts'
import { createLru } from './lru.ts'

/** What of a rate limit is left, as the answer tells it. */
export interface RateLimitState {
  limit: number
  windowSeconds: number
  remaining: number
  /** Whole seconds until the limit is whole again. */
  resetSeconds: number
}

export type Spending =
  | { ok: true; rateLimit: RateLimitState | null }
  | {
      ok: false
      code: 'CREDITS_EXHAUSTED' | 'RATE_LIMITED'
      retryAfterSeconds: number | null
      rateLimit: RateLimitState | null
    }

/** Keys whose window is remembered at a time. A forgotten window starts anew, so there is room for far more than are in use. */
const MAX_WINDOWS = 500_000

/**
 * Takes what a verdict costs from credits and rate limit: all of it or, when either refuses, none of either.
 * Rate limits are counted in this process; credits in the database.
 */
export class Limits {
  readonly #credits: CreditStore
  readonly #windows: LRUCache<string, WindowState>
  /** The latest question about each key that has both limits: the next one must see what became of it. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(credits: CreditStore, maxWindows = MAX_WINDOWS) {
    this.#credits = credits
    this.#windows = createLru(maxWindows)
  }

  /** @returns at once for a key without credits. */
  spend(keyId: string, limits: KeyLimits, cost: number, now: number): Spending | Promise<Spending> {
    if (limits.credits === null) return this.#spendWindow(keyId, limits, cost, now)
    if (limits.rateLimit === null) return this.#spendCredits(keyId, limits, null, cost, now)
    return this.#inTurn(keyId, () => this.#spendBoth(keyId, limits, cost, now))
  }

  #spendWindow(keyId: string, limits: KeyLimits, cost: number, now: number): Spending {
    const window = this.#look(keyId, limits, cost, now)
    if (window?.ok === false) return rateLimited(limits, window)
    if (window && cost > 0) this.#windows.set(keyId, window.state)
    return { ok: true, rateLimit: describe(limits, window) }
  }

  async #spendBoth(keyId: string, limits: KeyLimits, cost: number, now: number): Promise<Spending> {
    const window = this.#look(keyId, limits, cost, now)
    if (window?.ok === false) {
      // Of two reasons to refuse, too few credits is told first; nothing is spent to find out.
      const left = await this.#credits.creditsLeft(keyId, now)
      return left < cost ? exhausted(limits, now) : rateLimited(limits, window)
    }
    const spending = await this.#spendCredits(keyId, limits, window, cost, now)
    if (spending.ok && window && cost > 0) this.#windows.set(keyId, window.state)
    return spending
  }

  async #spendCredits(
    keyId: string,
    limits: KeyLimits,
    window: WindowSpending | null,
    cost: number,
    now: number,
  ): Promise<Spending> {
    const left = await this.#credits.spendCredits(keyId, cost, now, refillAfter(limits, now))
    return left === null ? exhausted(limits, now) : { ok: true, rateLimit: describe(limits, window) }
  }

  #look(keyId: string, { rateLimit }: KeyLimits, cost: number, now: number): WindowSpending | null {
    return rateLimit && spendWindow(this.#windows.get(keyId) ?? null, rateLimit, cost, now)
  }

  async #inTurn<T>(keyId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(keyId)
    // Whatever became of the one before, it is over then.
    const turn = (before ?? Promise.resolve()).then(work, work)
    this.#turns.set(keyId, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(keyId) === turn) this.#turns.delete(keyId)
    }
  }
}

function refillAfter({ credits }: KeyLimits, now: number): number | null {
  const interval = credits?.refillInterval ?? null
  return interval === null ? null : nextRefillAt(interval, now)
}

function exhausted(limits: KeyLimits, now: number): Spending {
  const refillAt = refillAfter(limits, now)
  return {
    ok: false,
    code: 'CREDITS_EXHAUSTED',
    retryAfterSeconds: refillAt === null ? null : Math.ceil((refillAt - now) / 1_000),
    rateLimit: null,
  }
}

function describe({ rateLimit }: KeyLimits, window: WindowSpending | null): RateLimitState | null {
  if (!rateLimit || !window) return null
  const { remaining, resetSeconds } = window
  return { ...rateLimit, remaining, resetSeconds }
}

function rateLimited(limits: KeyLimits, window: WindowSpending): Spending {
  return {
    ok: false,
    code: 'RATE_LIMITED',
    retryAfterSeconds: window.resetSeconds,
    rateLimit: describe(limits, window),
  }
}
