import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createIdentity } from '../server/src/accounts/identity.ts'
import { openStorage } from '../server/src/commands.ts'
import { ChangeFeed } from '../server/src/domain/change-feed.ts'
import type { Identity } from '../server/src/domain/identity.ts'
import type { Domain } from '../server/src/domain/ports.ts'
import { RunningRequests } from '../server/src/domain/running-requests.ts'
import { createVerifiers } from '../server/src/engine/audiences.ts'
import { Limits } from '../server/src/engine/limits.ts'
import { LookupThrottle } from '../server/src/engine/lookup-throttle.ts'
import { Memory } from '../server/src/engine/memory.ts'
import { SingleProcess } from '../server/src/engine/single-process.ts'
import { UsageRecorder } from '../server/src/engine/usage-recorder.ts'
import type { Verifier, VerifierQuestion } from '../server/src/engine/verifier.ts'
import { loadProduct } from '../server/src/product/load.ts'
import { ASKED_SCOPE, configOf } from './deployment.ts'

const PROFILES = fileURLToPath(new URL('../profiles', import.meta.url))
/** As in the server. */
const MEMORY_LIMITS = { maxSecrets: 200_000, maxAbsent: 50_000 }

const clock = { now: () => Date.now() }

export interface OpenVerifier {
  domain: Domain
  memory: Memory
  usage: UsageRecorder
  identity: Identity
  customers: Verifier
  services: Verifier
  close(): Promise<void>
}

/** The parts of a server that verdicts come from, put together as `compose` does it, without its HTTP. */
export async function openVerifier(dataDir: string): Promise<OpenVerifier> {
  const config = configOf(dataDir)
  const product = loadProduct(config.profile, { profilesDir: PROFILES })
  const { database, serverKey, standing, ...storage } = await openStorage(config, 'beside')
  const start = { version: await database.version(), hasImported: await database.hasImported() }
  const memory = new Memory(MEMORY_LIMITS, start, standing)
  const usage = new UsageRecorder({
    store: database,
    clock,
    randomBytes,
    onFailure: (error) => console.error(error),
    onLoss: (uses) => console.error(`${uses} uses were given up`),
  })
  const parts = {
    memory,
    lookup: database,
    serverKey,
    clock,
    usage,
    limits: new Limits(database),
    throttle: new LookupThrottle(clock),
  }
  const domain = {
    database,
    clock,
    randomBytes,
    serverKey,
    product,
    usage,
    verifiers: new SingleProcess(memory, clock),
    running: new RunningRequests(),
    feed: new ChangeFeed(),
    mail: { enabled: false },
  }
  return {
    domain,
    memory,
    usage,
    identity: createIdentity({
      domain,
      tables: database.peopleTables,
      publicUrl: () => 'http://127.0.0.1',
      provider: null,
      onError: console.error,
    }),
    ...createVerifiers(parts, product),
    async close() {
      await usage.close()
      await storage.close()
    },
  }
}

const SCOPES = [ASKED_SCOPE]
const NO_RESOURCES = {}

/** A question as the verify route puts it to the verifier. */
export function questionFor(key: string): VerifierQuestion {
  return {
    key,
    scopes: SCOPES,
    resources: NO_RESOURCES,
    organizationId: null,
    cost: 1,
    askedFor: null,
    asker: null,
    ip: '203.0.113.7',
    userAgent: 'exporter/1.4.2',
    client: 'exporter',
    requestId: 'req_bench',
  }
}

/** A warm verdict is there at once. */
export function codeNow(verdict: { code: string } | Promise<unknown>): string {
  if (verdict instanceof Promise) throw new Error('A warm verdict had to wait.')
  return verdict.code
}
