// Lint and types, each reported in one line, with the tool's own words only where something is wrong.

import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const tools = join(root, 'node_modules', '.bin')

/** Runs one of the repository's own tools, on the repository's own Node. */
export function runTool(name, options, stdio = 'pipe') {
  return spawnSync(join(tools, name), options, {
    cwd: root,
    env: { ...process.env, PATH: `${tools}${delimiter}${process.env.PATH}` },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio,
  })
}

const colour = process.stdout.isTTY === true
const CHECKS = [
  {
    name: 'lint',
    runs: [
      ['biome', 'check', '--error-on-warnings', '--max-diagnostics=100', `--colors=${colour ? 'force' : 'off'}`, '.'],
    ],
  },
  {
    name: 'types',
    runs: [
      'tsconfig.core.json',
      'tsconfig.json',
      'bench/peers/tsconfig.json',
      'dashboard/tsconfig.json',
      'e2e/tsconfig.json',
    ].map((project) => ['tsc', '-p', project, '--pretty', String(colour)]),
  },
]

export function check() {
  const count = { passed: 0, failed: 0 }
  for (const { name, runs } of CHECKS) {
    const start = Date.now()
    const failures = runs.map(([tool, ...options]) => runTool(tool, options)).filter((run) => run.status !== 0)
    count[failures.length === 0 ? 'passed' : 'failed'] += 1
    for (const run of failures)
      process.stdout.write(run.error ? `${run.error.message}\n` : `${run.stdout}${run.stderr}`)
    const verdict = failures.length === 0 ? 'ok' : 'failed'
    process.stdout.write(`${name.padEnd(6)} ${verdict.padEnd(6)} ${((Date.now() - start) / 1000).toFixed(1)} s\n`)
  }
  return count
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = check().failed === 0 ? 0 : 1
