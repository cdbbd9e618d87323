import { readFileSync } from 'node:fs'
import { ERROR_CODES, type ErrorCode } from '@claviger/core'
import { expect, test } from 'vitest'
import { EXIT_CODES, exitCodeHelp, type Outcome, outcomeOf } from './exit-codes.ts'

test('every code a server can refuse with has its exit code, and only a fault is a fault', () => {
  const outcomes = Object.entries(ERROR_CODES).map(([code, { status }]) => [code, outcomeOf({ code, status })])
  const byCode: Record<ErrorCode, Outcome> = Object.fromEntries(outcomes)
  const { INTERNAL, ...others } = byCode
  expect(INTERNAL).toBe('fault')
  expect(Object.values(others)).not.toContain('fault')
  expect(byCode).toMatchObject({
    KEY_IN_USE: 'conflict',
    UNAVAILABLE: 'unreachable',
    SCOPE_EXCEEDS_GRANTOR: 'notAllowed',
  })
})

test('no answer is unreachable, and so is a proxy that found nobody', () => {
  expect(outcomeOf({ code: 'UNREACHABLE', status: null })).toBe('unreachable')
  expect(outcomeOf({ code: 'UNEXPECTED_ANSWER', status: 502 })).toBe('unreachable')
})

test("of an answer that is not the server's, nothing is concluded", () => {
  for (const status of [200, 302, 401, 404, 409, 429])
    expect(outcomeOf({ code: 'UNEXPECTED_ANSWER', status })).toBe('fault')
})

test('no two outcomes share an exit code, and the help names each', () => {
  const codes = Object.values(EXIT_CODES).map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  expect(exitCodeHelp().split('\n')).toHaveLength(codes.length + 1)
})

test('the documentation has every exit code and its meaning', () => {
  const documentation = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8').replaceAll('`', '')
  for (const { code, meaning } of Object.values(EXIT_CODES)) {
    const row = documentation.split('\n').find((line) => line.startsWith(`| ${code} |`))
    expect(row?.replace(/ \([^)]*\)/g, '')).toBe(`| ${code} | ${meaning} |`)
  }
})
