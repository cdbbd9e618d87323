import { readFileSync } from 'node:fs'
import path from 'node:path'
import { COLUMNS, MENU_ACTIONS, WORDS } from '@claviger/core'
import { expect, test } from 'vitest'
import { DEFAULT_SCREEN, DEFAULT_WORDS } from './defaults.ts'
import { parseProduct } from './load.ts'
import { SOUND } from './sound-file.fixture.ts'

const docs = readFileSync(path.join(import.meta.dirname, '../../../docs/product-file.md'), 'utf8')
const examples = [...docs.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '')

test('the smallest example of the reference is a product file', () => {
  expect(parseProduct(examples[0] ?? '', 'example').prefix).toBe('acme')
})

test('the other examples make one together', () => {
  const product = parseProduct(`name: Acme API\nprefix: acme\n${examples.slice(1).join('')}`, 'example')
  expect(Object.keys(product)).toHaveLength(13)
  expect(Object.keys(product).filter((key) => !examples.slice(1).some((text) => text.startsWith(key)))).toEqual([
    'name',
    'prefix',
  ])
})

test('the reference has a row for every key', () => {
  const rows = new Set([...docs.matchAll(/^\| `([\w.]+)` \|/gm)].map((match) => match[1]?.split('.').at(-1)))
  const keys = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return []
    const inner = Object.values(value).flatMap(keys)
    return Array.isArray(value) ? inner : [...Object.keys(value), ...inner]
  }
  expect(keys(parseProduct(SOUND, 'x.yaml')).filter((key) => !rows.has(key))).toEqual([])
})

test('the reference tells the defaults as they are', () => {
  for (const word of WORDS) expect(docs).toContain(`| \`${word}\` | ${DEFAULT_WORDS[word]} |`)
  expect(docs).toContain(`\`[${DEFAULT_SCREEN.navigation.join(', ')}]\``)
  expect(docs).toContain(`\`"${DEFAULT_SCREEN.accent}"\``)
  expect(docs).toContain(`\`[${DEFAULT_SCREEN.columns.join(', ')}]\``)
  expect(docs).toContain(`\`[${DEFAULT_SCREEN.menu.join(', ')}]\``)
})

test('the reference names every column and menu entry', () => {
  for (const name of [...COLUMNS, ...MENU_ACTIONS]) expect(docs).toMatch(new RegExp(`\\b${name}\\b`))
})
