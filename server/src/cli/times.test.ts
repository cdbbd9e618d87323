import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minuteOf, readSpan, readTime } from './times.ts'
import { UsageError } from './usage-error.ts'

describe('times as they are shown', () => {
  test('end at the minute', () => {
    expect(minuteOf('2027-01-31T09:30:59.999Z')).toBe('2027-01-31T09:30Z')
    expect(minuteOf('2027-01-31T09:30:00Z')).toBe('2027-01-31T09:30Z')
  })

  test('that are none are shown as they are', () => {
    expect(minuteOf('soon')).toBe('soon')
  })
})

describe('times as they are given', () => {
  test.each([
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T09:30Z', '2027-01-31T09:30:00.000Z'],
    ['2027-01-31T09:30:15.250Z', '2027-01-31T09:30:15.250Z'],
    ['2027-01-31T00:30:00+02:00', '2027-01-30T22:30:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, moment) => {
    expect(readTime('--expires-at', text)).toBe(moment)
  })

  test.each([
    '',
    'tomorrow',
    '2027',
    '2027-13-01',
    '2027-02-29',
    '2027-01-31T09:30:00',
    '2027-01-31T25:00:00Z',
    '31.1.2027',
  ])('%j is none', (text) => {
    expect(() => readTime('--expires-at', text)).toThrow(UsageError)
  })

  test('every moment of four-digit years is read as itself', () => {
    const moments = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(moments, (moment) => {
        expect(readTime('--expires-at', moment.toISOString())).toBe(moment.toISOString())
      }),
    )
  })
})

describe('spans', () => {
  const now = Date.parse('2027-01-01T00:00:00Z')

  test.each([
    ['30m', '2027-01-01T00:30:00.000Z'],
    ['12h', '2027-01-01T12:00:00.000Z'],
    ['90d', '2027-04-01T00:00:00.000Z'],
    ['8w', '2027-02-26T00:00:00.000Z'],
  ])('%s ends at %s', (text, moment) => {
    expect(readSpan('--expires-in', text, now)).toBe(moment)
  })

  test.each(['', '90', 'd', '0d', '-1d', '1.5d', '1y', '90 d', '9999999999d'])('%j is none', (text) => {
    expect(() => readSpan('--expires-in', text, now)).toThrow(UsageError)
  })
})
