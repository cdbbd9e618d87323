import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base62Value } from './base62.ts'
import { ID_TYPES, isId, newId } from './ids.ts'

const NOW = Date.UTC(2026, 10, 21)
const types = fc.constantFrom(...ID_TYPES)
const times = fc.nat({ max: 2 ** 48 - 1 })

function uuidOf(id: string): string {
  let value = 0n
  for (let at = id.indexOf('_') + 1; at < id.length; at++) value = value * 62n + BigInt(base62Value(id.charCodeAt(at)))
  return value.toString(16).padStart(32, '0')
}

describe('new ids', () => {
  test('are a type and a UUIDv7 of the given time', () => {
    fc.assert(
      fc.property(types, times, (type, now) => {
        const id = newId(type, now, randomBytes)
        expect(id.slice(0, 4)).toBe(`${type}_`)
        const uuid = uuidOf(id)
        expect(Number.parseInt(uuid.slice(0, 12), 16)).toBe(now)
        expect(uuid.slice(12)).toMatch(/^7[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
      }),
    )
  })

  test('sort bytewise by their time', () => {
    fc.assert(
      fc.property(types, times, times, (type, a, b) => {
        fc.pre(a !== b)
        const [earlier, later] = [newId(type, Math.min(a, b), randomBytes), newId(type, Math.max(a, b), randomBytes)]
        expect(Buffer.compare(Buffer.from(earlier), Buffer.from(later))).toBe(-1)
      }),
    )
  })

  test('carry 74 random bits: each of them reaches the id', () => {
    const seen = new Set<string>()
    for (let bit = 0; bit < 80; bit++) {
      seen.add(
        newId('key', NOW, (length) => Uint8Array.from({ length }, (_, at) => (at === bit >> 3 ? 1 << (bit & 7) : 0))),
      )
    }
    seen.add(newId('key', NOW, (length) => new Uint8Array(length)))
    expect(seen.size).toBe(75)
  })

  test('never repeat', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newId('key', NOW, randomBytes))).size).toBe(1000)
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 48])('are not made for the time %s', (now) => {
    expect(() => newId('key', now, randomBytes)).toThrow(RangeError)
  })
})

describe('the form of ids', () => {
  test('is that of their own type only', () => {
    fc.assert(
      fc.property(types, types, (type, other) => {
        expect(isId(other, newId(type, NOW, randomBytes))).toBe(type === other)
      }),
    )
  })

  test.each([
    '',
    'key_',
    'key',
    `key_${'0'.repeat(21)}`,
    `key_${'0'.repeat(23)}`,
    `key_${'-'.repeat(22)}`,
    `key-${'0'.repeat(22)}`,
  ])('%j has none', (text) => {
    expect(isId('key', text)).toBe(false)
  })
})
