import { expect, test } from 'vitest'
import { limitText } from './limits.ts'

test.each([
  [1, '1 request in 1 s'],
  [60, '1 request in 60 s'],
  [90, '1 request in 90 s'],
  [300, '1 request in 5 minutes'],
  [3_600, '1 request in 1 hour'],
  [2_678_400, '1 request in 31 days'],
])('a window of %i seconds is told as people say it: %s', (windowSeconds, text) => {
  expect(limitText({ limit: 1, windowSeconds })).toBe(text)
})
