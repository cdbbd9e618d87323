import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readGroups, readId, readList, readName, readPairs } from './arguments.ts'
import { UsageError } from './usage-error.ts'

describe('lists', () => {
  test('are split at commas and blanks, without repetitions', () => {
    expect(readList('--scopes', 'a:b, c:d,a:b')).toEqual(['a:b', 'c:d'])
  })

  test.each(['', ' ', ',', ' , '])('%j is refused: nothing could be taken for everything', (text) => {
    expect(() => readList('--scopes', text)).toThrow(UsageError)
  })
})

describe('pairs', () => {
  test('are split at the first equals sign', () => {
    expect(readPairs('--metadata', ['ref=a=b', 'empty='])).toEqual({ ref: 'a=b', empty: '' })
  })

  test('any name is a name and nothing else', () => {
    const pairs = readPairs('--metadata', ['__proto__=x', 'constructor=y'])
    expect(Object.entries(pairs)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  test.each([['plain'], ['=value'], ['']])('%j is none', (text) => {
    expect(() => readPairs('--metadata', [text])).toThrow(UsageError)
  })

  test('a name that stands twice is refused where one would be lost, and gathered where it can repeat', () => {
    expect(() => readPairs('--metadata', ['a=1', 'a=2'])).toThrow(UsageError)
    expect(readGroups('--resource', ['site=1', 'area=x', 'site=2'])).toEqual({ site: ['1', '2'], area: ['x'] })
  })
})

test.each(['', '  ', '\u200b', 'x'.repeat(101)])('a name like %j is refused, as the API refuses it', (name) => {
  expect(() => readName(name)).toThrow(UsageError)
})

describe('ids', () => {
  test('that could lead to another route are refused', () => {
    for (const text of ['', '.', '..', 'a/b', 'a?b', 'a%2e', 'ä', 'x'.repeat(65)]) {
      expect(() => readId('key', text)).toThrow(UsageError)
    }
  })

  test('a secret is refused without being repeated', () => {
    const word = fc.stringMatching(/^[0-9A-Za-z]{46}$/)
    fc.assert(
      fc.property(word, fc.constantFrom('clv', 'acme_live'), (body, tag) => {
        expect(() => readId('key', `${tag}_${body}`)).toThrow(/^this is a secret, where an id belongs$/)
      }),
    )
  })
})
