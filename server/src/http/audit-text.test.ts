import type { AuditEvent } from '@claviger/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CSV_HEADER, toCsvLine, toJsonLine } from './audit-text.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n"\',;\\ a\u0000\u001b\u0085\u2028\u202e＝😀‍'), maxLength: 12 }),
)
const events: fc.Arbitrary<AuditEvent> = fc.record({
  id: fc.constant('evt_1'),
  at: fc.constant('2026-01-15T12:00:00.000Z'),
  actor: fc.record({
    type: fc.constant('service-key' as const),
    id: fc.option(hostile),
    name: hostile,
    ip: fc.option(fc.ipV6()),
    userAgent: fc.option(hostile),
  }),
  action: fc.constant('key.edit'),
  target: fc.record({ type: fc.constant('key'), id: hostile, name: hostile }),
  changes: fc.dictionary(hostile, fc.record({ before: hostile, after: hostile }), { maxKeys: 3 }),
  outcome: fc.constantFrom('success', 'refused'),
  requestId: fc.constant('req_1'),
})

/** RFC 4180, read by the letter. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (quoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') {
        cell += '"'
        at++
      } else quoted = false
    } else if (character === '"') quoted = true
    else if (character === ',' || character === '\r') {
      rows.at(-1)?.push(cell)
      cell = ''
      if (character === '\r') {
        expect(text[++at]).toBe('\n')
        rows.push([])
      }
    } else cell += character
  }
  return rows.slice(0, -1)
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u
const readEscapes = (text: string) =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

describe('an event, whatever its names are,', () => {
  test('is one line of NDJSON that reads back as the event', () => {
    fc.assert(
      fc.property(events, (event) => {
        const line = toJsonLine(event)
        expect(line.endsWith('\n')).toBe(true)
        expect(line.slice(0, -1)).not.toMatch(CONTROL)
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(event)))
      }),
    )
  })

  test('is one line of CSV, and as many cells as the header has', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 5 }), (all) => {
        const text = CSV_HEADER + all.map(toCsvLine).join('')
        expect(text.split(/[\r\n\u0085\u2028\u2029]+/).filter(Boolean)).toHaveLength(all.length + 1)
        const [header, ...rows] = parseCsv(text)
        expect(rows).toHaveLength(all.length)
        for (const row of rows) expect(row).toHaveLength(header?.length ?? 0)
      }),
    )
  })

  test('is no formula of a spreadsheet in any cell', () => {
    fc.assert(
      fc.property(events, (event) => {
        for (const cell of parseCsv(toCsvLine(event)).flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
      }),
    )
  })

  test('reads back from CSV as it was, an apostrophe before what could be a formula aside', () => {
    const plain = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/\\u|[\p{Cf}\p{Cs}]/u.test(text))
    const name = fc.oneof(plain, fc.constantFrom('=1+1', '-2', '@x', '+49', '\tx', '\rx', 'a\r\nb', 'say "hi", you'))
    fc.assert(
      fc.property(events, name, (event, given) => {
        const [header] = parseCsv(CSV_HEADER)
        const [row = []] = parseCsv(toCsvLine({ ...event, target: { ...event.target, name: given } }))
        const cell = row[header?.indexOf('targetName') ?? -1] ?? ''
        const guarded = /^[=+\-@\t\r\n＝＋－＠]/.test(given)
        expect(readEscapes(cell)).toBe(`${guarded ? "'" : ''}${given}`)
        const changes = row[header?.indexOf('changes') ?? -1] ?? ''
        expect(JSON.parse(changes)).toEqual(JSON.parse(JSON.stringify(event.changes)))
      }),
    )
  })
})
