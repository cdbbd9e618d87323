import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, printableJson, withoutSecrets } from './printable.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const ACTING = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/

const anyText = fc.string({
  unit: fc.oneof(
    fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)),
    fc.nat(0xff).map((code) => String.fromCharCode(code)),
  ),
})

test('nothing that acts on a terminal is left, and it is one line', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(printable(text).replace(/[\u{10000}-\u{10ffff}]/gu, '')).not.toMatch(ACTING)
    }),
  )
})

test('what is in it can still be told', () => {
  expect(printable('a\u001b[31m\nb\u009b\u202e\u{e0041}')).toBe('a\\u{1b}[31m\\u{a}b\\u{9b}\\u{202e}\\u{e0041}')
})

test.each(['Zoo & Söhne', '日本語', '👩‍👩‍👧', 'می‌خواهم', '100 %'])('%s is shown as it is', (text) => {
  expect(printable(text)).toBe(text)
})

test('JSON stays the same value, and acts on no terminal', () => {
  fc.assert(
    fc.property(
      fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.constant(null)), { maxKeys: 5 }),
      fc.constantFrom('', '\u009b2J', '\u2028', '\u{e0041}'),
      (value, suffix) => {
        const json = printableJson([value, suffix])
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, suffix])))
        expect(json.replace(/[\u{10000}-\u{10ffff}]/gu, '')).not.toMatch(ACTING)
      },
    ),
  )
})

test('a secret loses its secret part, wherever it stands', () => {
  const rest = 'x'.repeat(38)
  expect(withoutSecrets(`unknown option '--key=clv_3kTq8xYv${rest}'`)).toBe("unknown option '--key=clv_3kTq8xYv…'")
  expect(withoutSecrets(`acme_live_3kTq8xYv${rest}, clv_3kTq8xYv${rest}`)).toBe('acme_live_3kTq8xYv…, clv_3kTq8xYv…')
  expect(withoutSecrets('key_0123456789012345678901')).toBe('key_0123456789012345678901')
})
