import { parseArgs } from 'node:util'
import type { Figure } from './figure.ts'
import { measureAccounting } from './figures/accounting.ts'
import { measureBetterAuth } from './figures/better-auth.ts'
import { measureMemory } from './figures/memory.ts'
import { measureMillion } from './figures/million.ts'
import { measureStart } from './figures/start.ts'
import { measureStatements } from './figures/statements.ts'
import { measureVerifyHttp } from './figures/verify-http.ts'
import { measureVerifyInProcess } from './figures/verify-in-process.ts'
import { describeMachine } from './machine.ts'
import { NotMeasured } from './not-measured.ts'
import { type Missing, reportJson, reportText } from './report.ts'

const MEASUREMENTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  'verify-in-process': measureVerifyInProcess,
  'better-auth': measureBetterAuth,
  'verify-http': measureVerifyHttp,
  accounting: measureAccounting,
  statements: measureStatements,
  memory: measureMemory,
  start: measureStart,
  million: measureMillion,
}

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true })
const known = Object.keys(MEASUREMENTS)
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}. Choose from: ${known.join(', ')}.`)
  process.exit(2)
}

// What a measurement started or made goes with the process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const machine = describeMachine()
const figures: Figure[] = []
const missing: Missing[] = []
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.error(`measuring ${name} …`)
  try {
    figures.push(...(await measure()))
  } catch (error) {
    if (!(error instanceof NotMeasured)) throw error
    missing.push({ name, reason: error.message })
  }
}
process.stdout.write(`${values.json ? reportJson(machine, figures, missing) : reportText(machine, figures, missing)}\n`)
if (missing.length > 0) process.exitCode = 1
