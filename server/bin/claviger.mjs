#!/usr/bin/env -S node --conditions=source

// Plain JavaScript, because any Node may be the one that starts it. The sources need Node 24 and the condition under
// which workspace packages resolve to them; when either is missing, a Node that has both runs this file again.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const NEEDED_NODE = 24
const CONDITION = '--conditions=source'
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

const ownNodeServes = Number.parseInt(process.versions.node, 10) >= NEEDED_NODE

if (ownNodeServes && process.execArgv.includes(CONDITION)) {
  // Beside the packages, not in the system's folder for temporary files: what is found there is run.
  module.enableCompileCache?.(fileURLToPath(new URL('../../node_modules/.cache/claviger', import.meta.url)))
  await import('../src/cli/main.ts')
} else {
  const packagedNode = fileURLToPath(
    new URL(`../../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url),
  )
  if (ownNodeServes || existsSync(packagedNode)) {
    runAgain(ownNodeServes ? process.execPath : packagedNode)
  } else {
    process.stderr.write(
      `claviger needs Node.js ${NEEDED_NODE} or newer; this is ${process.versions.node}. Run \`node scripts/install.mjs\`, which brings one, or install it from https://nodejs.org.\n`,
    )
    process.exitCode = 1
  }
}

/** @param {string} node */
function runAgain(node) {
  const child = spawn(node, [CONDITION, fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`claviger could not start ${node}: ${error.message}\n`)
    process.exitCode = 1
  })
  // To whoever waits for this process, the child's end is its own: same code, or death by the same signal.
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100)
  })
}
