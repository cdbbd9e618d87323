import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextRefillAt, spendWindow, type WindowState } from './limits.ts'

interface Hit {
  atMs: number
  cost: number
}

const LIMIT = { limit: 10, windowSeconds: 60 }
const WINDOW_MS = 60_000

// Pauses around the length of a window, where its edges are.
const pauses = fc.oneof(fc.nat(20_000), fc.constantFrom(0, 1, WINDOW_MS - 1, WINDOW_MS, WINDOW_MS + 1))
const schedules = fc
  .array(fc.record({ pauseMs: pauses, cost: fc.nat(12) }), { minLength: 1, maxLength: 60 })
  .map((steps) => {
    let atMs = 1_700_000_000_000
    return steps.map(({ pauseMs, cost }): Hit => {
      atMs += pauseMs
      return { atMs, cost }
    })
  })

function run(hits: readonly Hit[]) {
  let state: WindowState | null = null
  return hits.map((hit) => {
    const before = state
    const spending = spendWindow(state, LIMIT, hit.cost, hit.atMs)
    state = spending.state
    return { ...hit, ...spending, before }
  })
}

describe('a window', () => {
  test('lets the limit pass, refuses the next, and is whole again when it said so', () => {
    let state: WindowState | null = null
    for (let hit = 1; hit <= 10; hit++) {
      const spending = spendWindow(state, LIMIT, 1, 1000)
      expect(spending).toMatchObject({ ok: true, remaining: 10 - hit, resetSeconds: 60 })
      state = spending.state
    }
    expect(spendWindow(state, LIMIT, 1, 1001)).toMatchObject({ ok: false, remaining: 0, resetSeconds: 60 })
    expect(spendWindow(state, LIMIT, 1, 60_999)).toMatchObject({ ok: false, resetSeconds: 1 })
    expect(spendWindow(state, LIMIT, 1, 61_000)).toMatchObject({ ok: true, remaining: 9, resetSeconds: 60 })
  })

  test('never passes more than its limit, and any stretch of its length never twice the limit', () => {
    fc.assert(
      fc.property(schedules, (hits) => {
        const passed = run(hits).filter((hit) => hit.ok && hit.cost > 0)
        const spentFrom = (startMs: number) =>
          passed
            .filter((hit) => hit.atMs >= startMs && hit.atMs < startMs + WINDOW_MS)
            .reduce((sum, hit) => sum + hit.cost, 0)
        for (const hit of passed) {
          expect(spentFrom(hit.state.startedAtMs)).toBeLessThanOrEqual(LIMIT.limit)
          expect(spentFrom(hit.atMs)).toBeLessThanOrEqual(2 * LIMIT.limit - 1)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('is not touched by what it refuses: without the refused hits all others fare the same', () => {
    fc.assert(
      fc.property(schedules, (hits) => {
        const passed = run(hits).filter((hit) => hit.ok)
        const alone = run(passed.map(({ atMs, cost }) => ({ atMs, cost })))
        const outcome = (all: ReturnType<typeof run>) => all.map((hit) => [hit.ok, hit.remaining, hit.state.used])
        expect(outcome(alone)).toEqual(outcome(passed))
      }),
    )
  })

  test('refuses exactly what does not fit', () => {
    fc.assert(
      fc.property(schedules, (hits) => {
        for (const hit of run(hits)) {
          const open = hit.before !== null && hit.atMs < hit.before.startedAtMs + WINDOW_MS ? hit.before.used : 0
          expect(hit.ok).toBe(hit.cost === 0 || open + hit.cost <= LIMIT.limit)
          expect(hit.remaining).toBe(LIMIT.limit - open - (hit.ok ? hit.cost : 0))
        }
      }),
    )
  })

  test('keeps its promise: a refused hit that can fit passes after the told seconds', () => {
    fc.assert(
      fc.property(schedules, (hits) => {
        for (const hit of run(hits)) {
          expect(hit.resetSeconds).toBeGreaterThanOrEqual(1)
          expect(hit.resetSeconds).toBeLessThanOrEqual(LIMIT.windowSeconds)
          const cost = Math.min(hit.cost, LIMIT.limit)
          expect(spendWindow(hit.state, LIMIT, cost, hit.atMs + hit.resetSeconds * 1000).ok).toBe(true)
        }
      }),
    )
  })

  test('lets a cost of 0 pass even when it is used up, and starts no window for it', () => {
    const full = { startedAtMs: 0, used: 10 }
    expect(spendWindow(full, LIMIT, 0, 1)).toEqual({ ok: true, state: full, remaining: 0, resetSeconds: 60 })
    const { state } = spendWindow(null, LIMIT, 0, 0)
    expect(spendWindow(state, LIMIT, 1, 30_000).state).toEqual({ startedAtMs: 30_000, used: 1 })
  })

  test('refuses a cost beyond the limit for ever, and starts no window for it', () => {
    const { ok, state, remaining } = spendWindow(null, LIMIT, 11, 0)
    expect([ok, remaining]).toEqual([false, 10])
    expect(spendWindow(state, LIMIT, 10, 30_000)).toMatchObject({ ok: true, state: { startedAtMs: 30_000, used: 10 } })
  })

  test('that is lowered below what is used has nothing left', () => {
    const spending = spendWindow({ startedAtMs: 0, used: 8 }, { limit: 5, windowSeconds: 60 }, 1, 1)
    expect(spending).toMatchObject({ ok: false, remaining: 0, state: { used: 8 } })
    expect(spendWindow(spending.state, { limit: 5, windowSeconds: 60 }, 0, 1)).toMatchObject({ ok: true, remaining: 0 })
  })

  test('is not prolonged by a clock that is set back', () => {
    const spending = spendWindow({ startedAtMs: 5_000_000, used: 10 }, LIMIT, 1, 1000)
    expect(spending).toMatchObject({ ok: false, resetSeconds: 60 })
    expect(spendWindow(spending.state, LIMIT, 1, 61_000).ok).toBe(true)
  })

  test('gives nothing back for a negative cost', () => {
    expect(() => spendWindow(null, LIMIT, -1, 0)).toThrow(RangeError)
    expect(() => spendWindow(null, LIMIT, Number.NaN, 0)).toThrow(RangeError)
  })
})

describe('refills', () => {
  test.each([
    ['day', '2026-11-21T13:37:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['day', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['day', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
    ['day', '2028-02-28T12:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['month', '2026-11-21T13:37:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['month', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['month', '2027-01-31T23:59:59.999Z', '2027-02-01T00:00:00.000Z'],
  ] as const)('by the %s after %s are due at %s', (interval, now, due) => {
    expect(new Date(nextRefillAt(interval, Date.parse(now))).toISOString()).toBe(due)
  })

  test('are always ahead, at midnight UTC, and the very next one', () => {
    const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(moments, fc.constantFrom('day', 'month'), (moment, interval) => {
        const due = nextRefillAt(interval, moment.getTime())
        expect(due).toBeGreaterThan(moment.getTime())
        expect(due % 86_400_000).toBe(0)
        expect(nextRefillAt(interval, due - 1)).toBe(due)
        if (interval === 'month') expect(new Date(due).getUTCDate()).toBe(1)
      }),
    )
  })
})
