import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from './crc32.ts'

test('the check value of the standard is met', () => {
  expect(crc32('123456789')).toBe(0xcbf43926)
  expect(crc32('')).toBe(0)
})

test('every ASCII text has the checksum that zlib gives it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 600 }), (text) => {
      expect(crc32(text)).toBe(zlibCrc32(text))
    }),
  )
})

test('text outside ASCII is refused instead of counted wrongly', () => {
  expect(() => crc32('é')).toThrow(RangeError)
})
