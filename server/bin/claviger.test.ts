import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

// In place of the command line: TypeScript that tells how it was started, and ends as it is told.
const PROGRAM = `
const [how]: string[] = process.argv.slice(2)
process.once('SIGTERM', () => process.exit(3))
console.log(JSON.stringify({ given: process.argv.slice(2), flags: process.execArgv, pid: process.pid }))
if (how === 'fail') process.exitCode = 7
if (how === 'wait') setTimeout(() => {}, 60_000)
`

const WITHOUT_CONDITION: string[] = []
const WITH_CONDITION = ['--conditions=source']

let repository: string

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'claviger-launch-'))
  mkdirSync(join(repository, 'server/src/cli'), { recursive: true })
  mkdirSync(join(repository, 'server/bin'))
  writeFileSync(join(repository, 'server/package.json'), '{ "type": "module" }')
  writeFileSync(join(repository, 'server/src/cli/main.ts'), PROGRAM)
  cpSync(fileURLToPath(new URL('claviger.mjs', import.meta.url)), join(repository, 'server/bin/claviger.mjs'))
})

afterAll(() => rmSync(repository, { recursive: true, force: true }))

function launch(flags: string[], ...given: string[]): ChildProcess {
  const launcher = join(repository, 'server/bin/claviger.mjs')
  return spawn(process.execPath, [...flags, launcher, ...given], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function told(run: ChildProcess): Promise<{ given: string[]; flags: string[]; pid: number }> {
  const [line] = await once(run.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  return JSON.parse(String(line))
}

test.each([
  ['without', WITHOUT_CONDITION],
  ['with', WITH_CONDITION],
])('started %s the condition, the program runs from its sources with the arguments given', async (_, flags) => {
  const run = launch(flags, 'keys', '--name', 'a b')
  expect(await told(run)).toMatchObject({ given: ['keys', '--name', 'a b'], flags: WITH_CONDITION })
  expect(await once(run, 'exit')).toEqual([0, null])
})

test('with the condition there is no process in between', async () => {
  const run = launch(WITH_CONDITION)
  expect((await told(run)).pid).toBe(run.pid)
})

test('the exit code of the program is the exit code', async () => {
  expect(await once(launch(WITHOUT_CONDITION, 'fail'), 'exit')).toEqual([7, null])
})

test('a signal reaches the program, which decides how to end', async () => {
  const run = launch(WITHOUT_CONDITION, 'wait')
  await told(run)
  run.kill('SIGTERM')
  expect(await once(run, 'exit')).toEqual([3, null])
})

test('a program killed by a signal looks killed by that signal', async () => {
  const run = launch(WITHOUT_CONDITION, 'wait')
  process.kill((await told(run)).pid, 'SIGKILL')
  expect(await once(run, 'exit')).toEqual([null, 'SIGKILL'])
})
