import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const WALKS = fileURLToPath(new URL('.', import.meta.url))
const TABLES = fileURLToPath(new URL('../../docs/seed-systems.md', import.meta.url))

interface Line {
  id: string
  walkedBy: string
}

const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`)
const FEATURES = [...numbered('D', 10), ...numbered('I', 4), ...numbered('S', 10), ...numbered('V', 9)]

function linesOfTables(): Line[] {
  const lines: Line[] = []
  for (const text of readFileSync(TABLES, 'utf8').split('\n')) {
    const [id = '', , , walkedBy = ''] = text
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    if (/^[A-Z]\d+$/.test(id)) lines.push({ id, walkedBy })
  }
  return lines
}

/** Titles of tests by the file that they stand in. */
function titlesOfWalks(): Map<string, string[]> {
  const files = readdirSync(WALKS).filter((file) => file.endsWith('.test.ts'))
  return new Map(
    files.map((file) => {
      const titles = [...readFileSync(`${WALKS}${file}`, 'utf8').matchAll(/^ *test\('(.+)', /gm)]
      return [file.replace('.test.ts', ''), titles.map(([, title = '']) => title)]
    }),
  )
}

test('every feature of the systems this was built after stands in the tables', () => {
  expect([...new Set(linesOfTables().map(({ id }) => id))].toSorted()).toEqual(FEATURES.toSorted())
})

test('every line names tests that exist', () => {
  const titles = titlesOfWalks()
  const wrong = linesOfTables().flatMap(({ walkedBy }) =>
    walkedBy.split('<br>').filter((named) => {
      const [, file = '', title = ''] = /^`([\w-]+)`: (.+)$/.exec(named) ?? []
      return titles.get(file)?.includes(title) !== true
    }),
  )
  expect(wrong).toEqual([])
})
