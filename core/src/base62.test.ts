import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base62Value, encodeBase62, isBase62, randomBase62 } from './base62.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function occurrences(text: string): number[] {
  return [...ALPHABET].map((character) => text.split(character).length - 1)
}

describe('encoding', () => {
  test('numbers are padded with zeros to the asked width', () => {
    expect(encodeBase62(0, 6)).toBe('000000')
    expect(encodeBase62(61, 2)).toBe('0z')
    expect(encodeBase62(62, 2)).toBe('10')
    expect(encodeBase62(0xffffffff, 6)).toBe('4gfFC3')
    expect(encodeBase62(2n ** 128n - 1n, 22)).toBe('7n42DGM5Tflk9n8mt7Fhc7')
  })

  test('a number and the bigint of the same value have one form', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(encodeBase62(value, 10)).toBe(encodeBase62(BigInt(value), 10))
      }),
    )
  })

  test('what is encoded is read back from the values of its characters', () => {
    fc.assert(
      fc.property(fc.nat({ max: 62 ** 6 - 1 }), (value) => {
        const characters = [...encodeBase62(value, 6)]
        expect(characters.reduce((sum, character) => sum * 62 + base62Value(character.charCodeAt(0)), 0)).toBe(value)
      }),
    )
  })

  test('texts of one width sort as their numbers do', () => {
    const values = fc.bigInt({ min: 0n, max: 62n ** 22n - 1n })
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(encodeBase62(a, 22) < encodeBase62(b, 22)).toBe(a < b)
      }),
    )
  })

  test.each([-1, -1n, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 62 ** 2, 62n ** 2n])(
    '%s has no form of two characters',
    (value) => {
      expect(() => encodeBase62(value, 2)).toThrow(RangeError)
    },
  )
})

describe('the alphabet', () => {
  test('is exactly the digits and letters of ASCII', () => {
    for (let code = 0; code < 0x300; code++) {
      const character = String.fromCharCode(code)
      expect(isBase62(character)).toBe(ALPHABET.includes(character))
    }
  })

  test('is looked for from the given place on', () => {
    expect(isBase62('key_0Az', 4)).toBe(true)
    expect(isBase62('key_0Az', 3)).toBe(false)
    expect(isBase62('key_0A-', 4)).toBe(false)
  })
})

describe('random text', () => {
  test('gives each character as often as any other where all bytes are equally frequent', () => {
    let next = 0
    const everyByteInTurn = (length: number) => Uint8Array.from({ length }, () => next++ & 0xff)
    const counts = occurrences(randomBase62(248 * 10, everyByteInTurn))
    expect(new Set(counts)).toEqual(new Set([40]))
  })

  test('passes a chi-square test with the system source', () => {
    const length = 62_000
    const expected = length / 62
    const chiSquare = occurrences(randomBase62(length, randomBytes))
      .map((count) => (count - expected) ** 2 / expected)
      .reduce((sum, term) => sum + term, 0)
    // 61 degrees of freedom: a fair source exceeds 150 once in 10^9 runs.
    expect(chiSquare).toBeLessThan(150)
  })

  test('has the asked length', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100 }), (length) => {
        const text = randomBase62(length, randomBytes)
        expect(text).toHaveLength(length)
        expect(isBase62(text)).toBe(true)
      }),
    )
  })

  test('is refused from a source that gives too few bytes', () => {
    expect(() => randomBase62(8, () => new Uint8Array(4))).toThrow(TypeError)
  })
})
