import { randomBytes } from 'node:crypto'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { type Actor, machineActor } from '../domain/actor.ts'
import { ChangeFeed } from '../domain/change-feed.ts'
import type { Domain } from '../domain/ports.ts'
import { RunningRequests } from '../domain/running-requests.ts'
import { createVerifiers } from '../engine/audiences.ts'
import { Limits } from '../engine/limits.ts'
import { LookupThrottle } from '../engine/lookup-throttle.ts'
import { Memory } from '../engine/memory.ts'
import { SingleProcess } from '../engine/single-process.ts'
import { UsageRecorder } from '../engine/usage-recorder.ts'
import { loadProduct } from '../product/load.ts'
import { type OpenStorage, openStorage } from '../storage/open-storage.ts'
import { type DeploymentRecord, openRecord } from '../storage/record.ts'
import { administer } from './administer.ts'
import { ask, PROFILES, TEST_WINDOWS, TestClock } from './test-domain.ts'
import { createPostgresDatabase, dropPostgresDatabase, temporaryDirectory } from './test-engine.ts'

/** What a server is made of over a data directory: opened, closed, and its database put back to what it was. */
export interface TestDeployment {
  readonly dataDir: string
  readonly journalFile: string
  readonly databaseUrl: string | null
  readonly clock: TestClock
  open(): Promise<OpenDeployment>
  /** Of a deployment that is closed. @returns what puts the database, and nothing else, back to what it is now. */
  backUp(): Promise<() => Promise<void>>
  /** Removes what it keeps, of a deployment that is closed: the thousandth of a test needs the room of the first. */
  discard(): Promise<void>
}

export interface OpenDeployment {
  storage: OpenStorage
  record: DeploymentRecord
  domain: Domain
  actor: Actor
  /** What was found when the database was compared. */
  notices: string[]
  /** Level and message of each line logged. */
  logged: [level: string, message: string][]
  /** @returns the verdict's code. */
  verify(secret: string): Promise<string>
  close(): Promise<void>
}

export async function prepareDeployment(): Promise<TestDeployment> {
  const dataDir = join(temporaryDirectory(), 'data')
  const databaseUrl = inject('engine') === 'postgres' ? await createPostgresDatabase() : null
  const clock = new TestClock()
  return {
    dataDir,
    journalFile: join(dataDir, 'journal.ndjson'),
    databaseUrl,
    clock,
    open: () => openDeployment(dataDir, databaseUrl, clock),
    backUp: () => (databaseUrl === null ? copyFile(join(dataDir, 'claviger.db')) : copyDatabase(databaseUrl)),
    async discard() {
      rmSync(dataDir, { recursive: true })
      if (databaseUrl === null) return
      const name = nameOf(databaseUrl)
      for (const gone of [name, copyOf(name)]) await dropPostgresDatabase(gone)
    },
  }
}

async function openDeployment(dataDir: string, databaseUrl: string | null, clock: TestClock): Promise<OpenDeployment> {
  const storage = await openStorage({ dataDir, databaseUrl, masterKey: null }, 'alone')
  const logged: OpenDeployment['logged'] = []
  const at = (level: string) => (_fields: object, message: string) => void logged.push([level, message])
  const log = { info: at('info'), warn: at('warn'), error: at('error') }
  const record = openRecord(storage, { clock, randomBytes, log })
  const notices = await record.recover().catch(async (error) => {
    await storage.close()
    throw error
  })
  const { database } = record
  const usage = new UsageRecorder({
    store: storage.database,
    clock,
    randomBytes,
    onFailure: (error) => {
      throw error
    },
    onLoss: (uses) => {
      throw new Error(`${uses} uses were given up`)
    },
  })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= usage
      .close()
      .then(() => record.close())
      .then(() => storage.close())
    return closing
  }
  onTestFinished(close)
  const start = { version: await database.version(), hasImported: false }
  const memory = new Memory({ maxSecrets: 100, maxAbsent: 100 }, start)
  const { serverKey } = storage
  const parts = {
    memory,
    lookup: database,
    serverKey,
    clock,
    usage,
    limits: new Limits(database, TEST_WINDOWS),
    throttle: new LookupThrottle(clock),
  }
  const product = loadProduct('default', { profilesDir: PROFILES })
  const { customers } = createVerifiers(parts, product)
  const verifiers = new SingleProcess(memory, clock)
  const running = new RunningRequests()
  const feed = new ChangeFeed()
  return {
    storage,
    record,
    domain: {
      database,
      clock,
      randomBytes,
      serverKey,
      product,
      usage,
      verifiers,
      running,
      feed,
      mail: { enabled: false },
    },
    actor: machineActor('req_test'),
    notices,
    logged,
    verify: async (secret) => (await customers.verify(ask(secret))).code,
    close,
  }
}

async function copyFile(file: string) {
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  return async () => {
    for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true })
    copyFileSync(copy, file)
  }
}

const nameOf = (databaseUrl: string) => new URL(databaseUrl).pathname.slice(1)
const copyOf = (name: string) => `${name}_copy`

/** As pg_restore does it: another database of the same name. */
async function copyDatabase(databaseUrl: string) {
  const name = nameOf(databaseUrl)
  const copy = copyOf(name)
  const server = inject('postgres').url
  await administer(server, `create database ${copy} template ${name} strategy file_copy`)
  onTestFinished(() => dropPostgresDatabase(copy))
  return async () => {
    await administer(server, `drop database ${name}`, `create database ${name} template ${copy} strategy file_copy`)
  }
}
