// The long form of the proofs, all of it (some hours) or the parts that are named: `npm run proof -- screens`.

import { runTool } from './check.mjs'

const SCREEN_TIMES = 'e2e/dashboard-many-keys'
const PARTS = {
  rules: ['server/src/proofs', 'server/src/storage/rollback-property'],
  faults: [
    'e2e/kill-during-changes',
    'e2e/dead-before-return',
    'e2e/damaged-database',
    'e2e/failing-disk',
    'e2e/restart-under-load',
    'e2e/flat-memory',
  ],
  screens: ['e2e/dashboard-', 'e2e/walks', '--exclude', `${SCREEN_TIMES}*`],
  // One after the other: what runs beside it would be measured with it.
  times: [SCREEN_TIMES, 'e2e/verdicts-beside-work', '--no-file-parallelism'],
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name))
if (unknown.length > 0) {
  process.stderr.write(`There is no part "${unknown[0]}": the parts are ${Object.keys(PARTS).join(', ')}.\n`)
  process.exit(2)
}
Object.assign(process.env, { PROOF: 'full', CLAVIGER_PROOF_RUNS: '1000' })
for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const { status } = runTool('vitest', ['run', ...PARTS[part]], 'inherit')
  if (status !== 0) process.exitCode = 1
}
