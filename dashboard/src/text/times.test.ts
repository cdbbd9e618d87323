import { describe, expect, test } from 'vitest'
import { relativeTime, spanOf, timeAhead, utcTime } from './times.ts'

const NOW = Date.UTC(2026, 10, 21, 14, 3, 7)
const MINUTE = 60_000
const at = (ms: number) => new Date(NOW + ms).toISOString()

describe('a time relative to now', () => {
  test.each([
    [-1_000, 'just now'],
    [1_000, 'just now'],
    [40_000, 'in a moment'],
    [-5 * MINUTE, '5 minutes ago'],
    [-3 * 60 * MINUTE, '3 hours ago'],
    [-24 * 60 * MINUTE, 'yesterday'],
    [6 * 24 * 60 * MINUTE, 'in 6 days'],
    [-400 * 24 * 60 * MINUTE, 'last year'],
  ])('%i ms away is told as "%s"', (ms, told) => {
    expect(relativeTime(at(ms), NOW)).toBe(told)
  })
})

test.each([
  [1_000, 'in less than a minute'],
  [40_000, 'in less than a minute'],
  [MINUTE, 'in 1 minute'],
  [6 * 24 * 60 * MINUTE, 'in 6 days'],
  [25 * 60 * MINUTE, 'tomorrow'],
  [(13 * 24 + 5) * 60 * MINUTE, 'in 13 days'],
  [15 * 24 * 60 * MINUTE, 'in 2 weeks'],
])('what is yet to come in %i ms is told as "%s"', (ms, told) => {
  expect(timeAhead(at(ms), NOW)).toBe(told)
})

test.each([
  [40_000, '40 s'],
  [5 * MINUTE, '5 min'],
  [5 * MINUTE + 3_000, '5 min 3 s'],
  [125 * MINUTE, '2 h 5 min'],
  [26 * 60 * MINUTE, '1 d 2 h'],
  [-1, '0 s'],
])('what is left of %i ms is "%s"', (ms, told) => {
  expect(spanOf(ms)).toBe(told)
})

test('the same moment is told in UTC', () => {
  expect(utcTime(at(0))).toBe('21 Nov 2026, 14:03:07 UTC')
})
