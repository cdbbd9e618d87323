import { nextRefillAt, spendWindow, type WindowSpending, type WindowState } from '@claviger/core'
import { LRUCache } from 'lru-cache'
import type { CreditStore, KeyLimits } from '../domain/ports.ts'

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
  readonly #windows = new LRUCache<string, WindowState>({ max: MAX_WINDOWS })

  constructor(credits: CreditStore) {
    this.#credits = credits
  }

  /** @returns at once for a key without credits. */
  spend(keyId: string, limits: KeyLimits, cost: number, now: number): Spending | Promise<Spending> {
    const { rateLimit, credits } = limits
    const state = this.#windows.get(keyId) ?? null
    const window = rateLimit && spendWindow(state, rateLimit, cost, now)
    if (window?.ok && cost > 0) this.#windows.set(keyId, window.state)
    if (credits) return this.#spendCredits(keyId, limits, window, cost, now)
    if (window?.ok === false) return rateLimited(limits, window)
    return { ok: true, rateLimit: describe(limits, window) }
  }

  async #spendCredits(
    keyId: string,
    limits: KeyLimits,
    window: WindowSpending | null,
    cost: number,
    now: number,
  ): Promise<Spending> {
    const interval = limits.credits?.refillInterval ?? null
    const refillAt = interval === null ? null : nextRefillAt(interval, now)
    const exhausted: Spending = {
      ok: false,
      code: 'CREDITS_EXHAUSTED',
      retryAfterSeconds: refillAt === null ? null : Math.ceil((refillAt - now) / 1_000),
      rateLimit: null,
    }
    // Of two reasons to refuse, too few credits is told first; nothing is spent to find out.
    if (window?.ok === false) {
      return (await this.#credits.creditsLeft(keyId, now)) < cost ? exhausted : rateLimited(limits, window)
    }
    try {
      if ((await this.#credits.spendCredits(keyId, cost, now, refillAt)) !== null) {
        return { ok: true, rateLimit: describe(limits, window) }
      }
    } catch (error) {
      this.#giveBack(keyId, window, cost)
      throw error
    }
    this.#giveBack(keyId, window, cost)
    return exhausted
  }

  /** Undoes what was taken from the window for a verdict that was refused after all. */
  #giveBack(keyId: string, taken: WindowSpending | null, cost: number): void {
    const state = this.#windows.get(keyId)
    if (!taken || !state || state.startedAtMs !== taken.state.startedAtMs) return
    this.#windows.set(keyId, { ...state, used: Math.max(0, state.used - cost) })
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
