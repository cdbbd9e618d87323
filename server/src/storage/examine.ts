import { existsSync, statSync } from 'node:fs'
import type { ServerKey } from '../domain/ports.ts'
import { openDataDirectory } from './data-directory.ts'
import { createDatabase, type OpenDatabase } from './database.ts'
import type { Engine } from './dialect.ts'
import { compareWithJournal } from './journal-report.ts'
import { migrationState } from './migrate.ts'
import type { StorageOptions } from './open-storage.ts'
import { openPostgres } from './postgres.ts'
import { parseServerKey } from './server-key.ts'
import { loadServerKey } from './server-key-file.ts'
import { openSqlite } from './sqlite.ts'

/** What an examination found of one thing. */
export interface Finding {
  what: string
  /** Null: as it should be. */
  problem: string | null
  detail: string
}

/** Further apart than this, times in the log and expiries cannot be trusted. */
const MAX_CLOCK_GAP_MS = 5_000

/** Looks at files and database as a server would find them, and changes nothing. */
export async function examineStorage(options: StorageOptions, now: () => number): Promise<Finding[]> {
  const { dataDir, databaseUrl } = options
  if (databaseUrl === null && !existsSync(dataDir)) {
    return [{ what: 'data directory', problem: null, detail: `${dataDir} is not there yet; the first start makes it` }]
  }
  const findings = existsSync(dataDir) ? [examineMode(dataDir)] : []
  const { databaseFile } = existsSync(dataDir) ? openDataDirectory(dataDir) : { databaseFile: '' }
  if (databaseUrl === null && !existsSync(databaseFile)) {
    return [...findings, { what: 'database', problem: null, detail: 'not there yet; the first start makes it' }]
  }
  let engine: Engine
  try {
    engine = databaseUrl === null ? openSqlite(databaseFile) : await openPostgres(databaseUrl, null)
  } catch (error) {
    return [...findings, { what: 'database', problem: messageOf(error), detail: 'cannot be opened' }]
  }
  const database = createDatabase(engine)
  try {
    return [...findings, ...(await examineDatabase(engine, database, options, now))]
  } finally {
    await database.close()
  }
}

async function examineDatabase(
  engine: Engine,
  database: OpenDatabase,
  { dataDir, masterKey }: StorageOptions,
  now: () => number,
): Promise<Finding[]> {
  const pending = await migrationState(engine).then(
    (state) => state.pending,
    (error: unknown) => messageOf(error),
  )
  if (typeof pending === 'string') return [{ what: 'database', problem: pending, detail: 'cannot be used' }]
  const findings: Finding[] = [
    {
      what: 'database',
      problem: pending.length > 0 ? `lacks ${pending.join(', ')}; run claviger migrate, or start the server` : null,
      detail: engine.schema === null ? 'embedded SQLite' : 'PostgreSQL',
    },
  ]
  const gapMs = Math.abs((await database.clockNow()) - now())
  findings.push({
    what: 'clock',
    problem: gapMs > MAX_CLOCK_GAP_MS ? 'this machine and the database disagree; set both by NTP' : null,
    detail: `${Math.round(gapMs / 1_000)} s apart from the database’s`,
  })
  if (pending.length > 0) return findings
  const { serverKey, finding } = await examineServerKey(database, dataDir, masterKey)
  return [...findings, finding, ...(serverKey ? [await examineJournal(database, dataDir, serverKey)] : [])]
}

interface ServerKeyFinding {
  finding: Finding
  /** Null where it cannot be used. */
  serverKey: ServerKey | null
}

async function examineServerKey(
  database: OpenDatabase,
  dataDir: string,
  masterKey: string | null,
): Promise<ServerKeyFinding> {
  const from = masterKey === null ? 'a file in the data directory' : 'CLAVIGER_MASTER_KEY'
  try {
    const serverKey =
      masterKey === null
        ? loadServerKey(openDataDirectory(dataDir).serverKeyFile, true)
        : parseServerKey(masterKey, 'CLAVIGER_MASTER_KEY')
    await database.checkServerKey(serverKey)
    const stand = await database.secretsByServerKey()
    const secrets = stand.map(
      ({ version, secrets: n }) => `${n} ${n === 1 ? 'secret' : 'secrets'} under version ${version}`,
    )
    const detail = [`version ${serverKey.version}, from ${from}`, ...secrets].join('; ')
    return { serverKey, finding: { what: 'server key', problem: null, detail } }
  } catch (error) {
    return { serverKey: null, finding: { what: 'server key', problem: messageOf(error), detail: `from ${from}` } }
  }
}

async function examineJournal(database: OpenDatabase, dataDir: string, serverKey: ServerKey): Promise<Finding> {
  const what = 'journal'
  const { journalFile } = openDataDirectory(dataDir)
  if (!existsSync(journalFile)) return { what, problem: null, detail: 'not there yet; the next start begins it' }
  const { problem, mismatches, cuts, version, chains } = await compareWithJournal(database, serverKey, journalFile)
  const wrong = [
    ...(problem === null ? [] : [problem]),
    ...mismatches.map(({ chain, reason }) => `${chain}: ${reason}`),
    ...cuts.map(({ chain, noted, found }) => `${chain} was found cut, with ${found} of ${noted} events`),
  ]
  return { what, problem: wrong[0] ?? modeProblem(journalFile), detail: `${chains} chains, up to version ${version}` }
}

function modeProblem(file: string): string | null {
  const mode = statSync(file).mode & 0o777
  return (mode & 0o077) === 0 ? null : `can be read by others (mode ${mode.toString(8)}); run: chmod 600 ${file}`
}

function examineMode(dataDir: string): Finding {
  const mode = (statSync(dataDir).mode & 0o777).toString(8)
  const open = (statSync(dataDir).mode & 0o077) !== 0
  return {
    what: 'data directory',
    problem: open ? `can be read by others; run: chmod 700 ${dataDir}` : null,
    detail: `${dataDir}, mode ${mode}`,
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
