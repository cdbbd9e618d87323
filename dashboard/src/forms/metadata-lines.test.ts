import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metadataLines, readMetadata } from './metadata-lines.ts'

const value = fc.oneof(
  fc.string({ maxLength: 1_000 }),
  fc.double({ noDefaultInfinity: true, noNaN: true }).filter((number) => !Object.is(number, -0)),
  fc.boolean(),
  fc.constant(null),
)

describe('metadata as lines', () => {
  test('is read as it was written, whatever it holds', () => {
    const name = fc.string({ minLength: 1, maxLength: 64 }).filter((each) => each !== '__proto__')
    const metadata = fc.dictionary(name, value, { maxKeys: 10 })
    fc.assert(
      fc.property(metadata, (given) => {
        expect(readMetadata(metadataLines(given))).toEqual({ metadata: { ...given } })
      }),
    )
  })

  test('takes numbers, true, false and null for what they look like, and loses no digit', () => {
    const typed = ['count = 42', 'ratio=-0.5', 'on = true', 'off = null', 'zip = 01234', 'id = 12345678901234567890']
    expect(readMetadata(typed.join('\n'))).toEqual({
      metadata: { count: 42, ratio: -0.5, on: true, off: null, zip: '01234', id: '12345678901234567890' },
    })
    expect(readMetadata('count = "42"\nnone =')).toEqual({ metadata: { count: '42', none: '' } })
  })

  test.each([
    ['team', 'Line 1: write it as'],
    ['a = 1\n\n= 2', 'Line 3: it has no name'],
    ['__proto__ = 5', 'Line 1: “__proto__” cannot be used'],
    ['a = 1\n"__proto__" = 5', 'Line 2: “__proto__” cannot be used'],
    ['a = 1\na = 2', 'Line 2: “a” is there twice'],
    ['a = "open', 'Line 1: what begins with a quotation mark'],
    [`${'x'.repeat(65)} = 1`, 'Line 1: the name'],
    [`a = ${'x'.repeat(1_001)}`, 'Line 1: the value'],
    [Array.from({ length: 51 }, (_, index) => `a${index} = 1`).join('\n'), 'No more than 50'],
  ])('says of %j what is wrong', (typed, fault) => {
    expect(readMetadata(typed)).toEqual({ fault: expect.stringContaining(fault) })
  })
})
