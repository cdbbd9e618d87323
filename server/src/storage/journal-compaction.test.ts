import { expect, test } from 'vitest'
import { compacted } from './journal-compaction.ts'
import type { JournalLine } from './journal-lines.ts'

const DAY_MS = 86_400_000
const NOW = 1_000 * DAY_MS
const begin: JournalLine = { kind: 'begin', at: 0, version: 0, token: '', endingsSince: null }

function change(version: number, ageDays: number, ...revoked: string[]): JournalLine & { kind: 'change' } {
  const chain = `org_${version % 3}`
  return {
    kind: 'change',
    at: NOW - ageDays * DAY_MS,
    version,
    token: `t${version}`,
    heads: [[chain, version, `m${version}`]],
    did: revoked.map((id) => ['key.revoke', id]),
  }
}

/** Changes that ended nothing, as most do. */
const additions = (from: number, count: number, ageDays: number) =>
  Array.from({ length: count }, (_, index) => change(from + index, ageDays))

const gap = (id: string): JournalLine => ({
  ...{ kind: 'gap', version: 5, token: 't5', heads: [], id, at: NOW - 900 * DAY_MS, from: 9, to: 5 },
  ...{ common: 5, unknownBefore: null, endings: [{ what: 'revoke', id: 'key_x' }] },
})

test('a journal keeps the endings of 400 days, the newest head of every chain, the last version and everything found wrong', () => {
  const lines: JournalLine[] = [
    begin,
    change(1, 500, 'key_old'),
    gap('gap_closed'),
    { kind: 'closed', at: 0, gap: 'gap_closed' },
    gap('gap_open'),
    { kind: 'cut', at: 0, heads: [['org_9', 1, 'x']], were: [['org_9', 2]] },
    ...additions(2, 20_000, 450),
    change(20_002, 399, 'key_young'),
    ...additions(20_003, 1_000, 10),
  ]
  const short = compacted(lines, NOW) ?? []
  expect(short.length).toBeLessThan(12)
  expect(short[0]).toMatchObject({ kind: 'begin', endingsSince: NOW - 400 * DAY_MS })
  const did = short.flatMap((line) => (line.kind === 'change' ? line.did : []))
  expect(did).toEqual([['key.revoke', 'key_young']])
  const heads = new Map(short.flatMap((line) => ('heads' in line ? line.heads : [])).map((head) => [head[0], head]))
  const wanted = [21_000, 21_001, 21_002].map((version) => [`org_${version % 3}`, version, `m${version}`])
  expect([...heads.values()].sort()).toEqual([...wanted, ['org_9', 1, 'x']].sort())
  const versions = short.flatMap((line) => (line.kind === 'change' && line.version !== null ? [line.version] : []))
  expect(versions).toEqual([20_002, 21_002])
  expect(short.filter(({ kind }) => kind === 'cut')).toHaveLength(1)
  expect(short.flatMap((line) => (line.kind === 'gap' ? [line.endings.length] : []))).toEqual([0, 1])
  expect(compacted(short, NOW)).toBeNull()
})

test('without an ending that has grown too old a journal still knows all of them', () => {
  const short = compacted([begin, ...additions(1, 15_000, 500)], NOW) ?? []
  expect(short[0]).toEqual(begin)
  expect(short.length).toBeLessThan(5)
})

test('a journal is not rewritten for little', () => {
  expect(compacted([begin, ...additions(1, 5_000, 500)], NOW)).toBeNull()
})
