// Everything that must hold: lint, types, then all tests, also when an earlier part failed. Arguments go to Vitest
// (`npm test -- core`). The last line counts lint and types as one test each.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, runTool } from './check.mjs'

const count = check()
const folder = mkdtempSync(join(tmpdir(), 'claviger-test-'))
try {
  const file = join(folder, 'results.json')
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
  const run = runTool('vitest', ['run', ...reporters, ...process.argv.slice(2)], 'inherit')
  const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  const failed = results ? failures(results) : 0
  count.passed += results?.numPassedTests ?? 0
  // A run can fail without a failed test: an unhandled rejection, a worker that died.
  count.failed += failed === 0 && run.status !== 0 ? 1 : failed
  const skipped = results ? results.numPendingTests + results.numTodoTests : 0
  if (skipped > 0) process.stdout.write(`${skipped} skipped\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`)
process.exitCode = count.failed === 0 ? 0 : 1

/** A file that does not load has failed as one test, though none of its tests ran. */
function failures({ numFailedTests, testResults }) {
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return numFailedTests + unloaded.length
}
