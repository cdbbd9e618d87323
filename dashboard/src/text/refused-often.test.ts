import { expect, test } from 'vitest'
import { refusedOften, refusedText } from './refused-often.ts'

const NOW = Date.UTC(2026, 0, 15, 12)

function denials(keyId: string, count: number, code: 'EXPIRED' | 'RATE_LIMITED', hoursAgo: number) {
  const at = new Date(NOW - hoursAgo * 3_600_000).toISOString()
  return Array.from({ length: count }, () => ({ requestId: 'req_a', at, code, message: '', keyId, ip: null }))
}

test('ten refusals of one key within a day are told, with why most of them were, and how many that is', () => {
  const found = refusedOften(
    [
      ...denials('key_a', 4, 'RATE_LIMITED', 1),
      ...denials('key_a', 6, 'EXPIRED', 2),
      ...denials('key_b', 12, 'EXPIRED', 3),
      ...denials('key_c', 9, 'EXPIRED', 1),
    ],
    NOW,
  )
  expect(found).toEqual([
    { keyId: 'key_b', count: 12, code: 'EXPIRED', ofCode: 12 },
    { keyId: 'key_a', count: 10, code: 'EXPIRED', ofCode: 6 },
  ])
})

test('what was refused more than a day ago is over', () => {
  expect(refusedOften(denials('key_a', 50, 'EXPIRED', 25), NOW)).toEqual([])
})

test('a reason is told of as many refusals as had it', () => {
  expect(refusedText({ count: 12, code: 'EXPIRED', ofCode: 12 })).toBe('12 times. The key is past its expiry.')
  expect(refusedText({ count: 10, code: 'EXPIRED', ofCode: 5 })).toBe(
    '10 times, 5 of them for this reason: The key is past its expiry.',
  )
})
