import { expect } from 'vitest'
import type { Ended } from './running-server.ts'

/**
 * Asserts that a command failed as people can read it: one line for each thing that is wrong, perhaps a hint, and no
 * trace of where in the code it came from.
 * @param problems what the lines must match, in any order.
 */
export function expectClearFailure({ code, signal, stdout, stderr }: Ended, ...problems: RegExp[]): void {
  const lines = stderr.trimEnd().split('\n')
  const errors = lines.filter((line) => line.startsWith('error: '))
  expect({ code: code !== null && code > 0, signal, stdout }, stderr).toEqual({ code: true, signal: null, stdout: '' })
  expect(errors.length, stderr).toBe(problems.length)
  for (const problem of problems) expect(errors).toContainEqual(expect.stringMatching(problem))
  for (const line of lines) expect(line, stderr).toMatch(/^(error|hint): \S/)
  expect(stderr).not.toMatch(/^ {4}at |node:|\.ts:\d/m)
}
