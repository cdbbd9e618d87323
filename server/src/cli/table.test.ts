import { expect, test } from 'vitest'
import { facts, table } from './table.ts'

test('columns stand under their headings, and nothing trails', () => {
  const rows = [
    ['a', 'long value', 'Zoo'],
    ['longer', 'b', ''],
  ]
  expect(table(['ID', 'PLAN', 'NAME'], rows)).toBe(
    ['ID      PLAN        NAME', 'a       long value  Zoo', 'longer  b'].join('\n'),
  )
})

test('values stand beside each other, and what has none is left out', () => {
  expect(
    facts([
      ['id', 'key_1'],
      ['description', null],
      ['external id', '7'],
      ['tags', ''],
    ]),
  ).toBe(['id           key_1', 'external id  7'].join('\n'))
})

test('no cell can break a line or act on a terminal', () => {
  expect(table(['NAME'], [['a\nb\u001b[2J']]).split('\n')).toHaveLength(2)
  expect(facts([['name', 'a\nb']])).toBe('name  a\\u{a}b')
})
