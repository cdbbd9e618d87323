/** How much of a rate limit is used up. Started by the first hit that counts, not by the clock's round minutes. */
export interface WindowState {
  /** Milliseconds since 1970. */
  readonly startedAtMs: number
  readonly used: number
}

export interface WindowSpending {
  readonly ok: boolean
  /** What to keep for the next call; the state as it was where nothing was spent. */
  readonly state: WindowState
  /** What is left of the limit after this call. */
  readonly remaining: number
  /** Whole seconds, rounded up, until the limit is whole again: at least 1, at most `windowSeconds`. */
  readonly resetSeconds: number
}

/**
 * Takes `cost` from a rate limit if all of it fits, and nothing otherwise. A cost of 0 always passes.
 *
 * The window is fixed: the first hit that counts starts it, no more than `limit` passes until it ends
 * `windowSeconds` later, and then all of it is free at once. So a stretch of `windowSeconds` that straddles two
 * windows can see up to 2 · limit − 1; never more. In return one number per key is exact, `remaining` and
 * `resetSeconds` are promises rather than estimates, and a shared store does the same in one step.
 *
 * Throws RangeError on a cost below 0, which would hand quota back.
 */
export function spendWindow(
  state: WindowState | null,
  limit: { readonly limit: number; readonly windowSeconds: number },
  cost: number,
  nowMs: number,
): WindowSpending {
  if (!(cost >= 0)) throw new RangeError('A cost is 0 or more.')
  const windowMs = limit.windowSeconds * 1000
  const current = windowAt(state, windowMs, nowMs)
  const ok = cost === 0 || current.used + cost <= limit.limit
  const next = ok && cost > 0 ? { startedAtMs: current.startedAtMs, used: current.used + cost } : current
  return {
    ok,
    state: next,
    // A limit lowered in the middle of a window can be less than what is already used.
    remaining: Math.max(0, limit.limit - next.used),
    resetSeconds: Math.ceil((next.startedAtMs + windowMs - nowMs) / 1000),
  }
}

/** The window that a hit at `nowMs` falls into. */
function windowAt(state: WindowState | null, windowMs: number, nowMs: number): WindowState {
  // A window nothing was taken from has not started.
  if (state === null || state.used === 0 || nowMs >= state.startedAtMs + windowMs) {
    return { startedAtMs: nowMs, used: 0 }
  }
  // A clock that was set back must not make the window longer than it is.
  return nowMs < state.startedAtMs ? { startedAtMs: nowMs, used: state.used } : state
}

const DAY_MS = 86_400_000

/** The next 00:00 UTC after `nowMs`, or that of the next 1st of a month, in milliseconds since 1970. */
export function nextRefillAt(interval: 'day' | 'month', nowMs: number): number {
  if (interval === 'day') return (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS
  const now = new Date(nowMs)
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)
}
