import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { newId, type Product } from '@claviger/core'
import { destination } from 'pino'
import type { Config } from './config.ts'
import { machineActor } from './domain/actor.ts'
import { type ChainVerdict, verifyChains } from './domain/audit.ts'
import { tagsOf } from './domain/new-secret.ts'
import type { Clock, Domain, Verifiers } from './domain/ports.ts'
import { RunningRequests } from './domain/running-requests.ts'
import { SERVICE_TAG } from './domain/service-catalogue.ts'
import { issueServiceKey, type NewServiceKey } from './domain/service-keys.ts'
import { Limits } from './engine/limits.ts'
import { LookupThrottle } from './engine/lookup-throttle.ts'
import { Memory } from './engine/memory.ts'
import { SingleProcess } from './engine/single-process.ts'
import { UsageRecorder } from './engine/usage-recorder.ts'
import { Verifier } from './engine/verifier.ts'
import { SERVICE_AUDIENCE } from './http/access.ts'
import { buildApp } from './http/app.ts'
import { createLog } from './log.ts'
import { loadProduct } from './product/load.ts'
import { examineStorage, type Finding } from './storage/examine.ts'
import { type OpenStorage, openStorage } from './storage/open-storage.ts'

export { openStorage }

const PROFILES = fileURLToPath(new URL('../../profiles', import.meta.url))
const MEMORY_LIMITS = { maxSecrets: 200_000, maxAbsent: 50_000 }

const clock: Clock = { now: () => Date.now() }

export interface Server {
  readonly product: Product
  /** Starts to listen. @returns the address, e.g. `http://127.0.0.1:4280`. */
  listen(): Promise<string>
  /** Answers what was accepted, writes what was noted, and lets go of the data directory. */
  close(): Promise<void>
}

/** Puts all parts together. This is the only file that sees everything. */
export async function compose(config: Config): Promise<Server> {
  const product = loadProduct(config.profile, { profilesDir: PROFILES })
  const storage = await openStorage(config, 'alone')
  try {
    return await composeOver(storage, config, product)
  } catch (error) {
    await storage.close()
    throw error
  }
}

async function composeOver(storage: OpenStorage, config: Config, product: Product): Promise<Server> {
  const { database, serverKey, standing } = storage
  const log = createLog(config.logLevel, [...tagsOf(product), SERVICE_TAG], destination({ dest: 2, sync: true }))

  const readStart = async () => ({ version: await database.version(), hasImported: await database.hasImported() })
  const memory = new Memory(MEMORY_LIMITS, await readStart(), standing)
  storage.watch({
    lost: (cause) =>
      log.error({ err: cause }, 'the claim on the database is lost; until it is had again nobody is let in'),
    taken: (by) =>
      log.error({ err: by }, 'another server has taken the database; this one answers when that one stops'),
    async regained() {
      memory.rejoin(await readStart())
      log.info('the claim on the database is had again')
    },
  })
  const usage = new UsageRecorder({
    store: database,
    onFailure: (error) => log.error({ err: error }, 'last uses could not be written; they wait for the next attempt'),
  })
  const domain: Domain = {
    database,
    clock,
    randomBytes,
    serverKey,
    product,
    usage,
    verifiers: new SingleProcess(memory, clock),
    running: new RunningRequests(),
  }
  const verifierParts = {
    memory,
    lookup: database,
    serverKey,
    clock,
    usage,
    limits: new Limits(database),
    throttle: new LookupThrottle(clock),
  }
  const kinds = new Map(product.scopes.map(({ id, resourceKinds }) => [id, resourceKinds]))
  const customers = new Verifier(verifierParts, {
    catalogue: 'product',
    tags: tagsOf(product),
    kindsOf: (scope) => kinds.get(scope) ?? [],
  })
  let address = config.publicUrl ?? ''
  const app = await buildApp({
    domain,
    customers,
    services: new Verifier(verifierParts, SERVICE_AUDIENCE),
    log,
    reachable: async () => standing.holds() && (await database.reachable()),
    publicUrl: () => address,
    trustedProxies: config.trustedProxies,
  })

  return {
    product,
    async listen() {
      const listening = await app.listen({ host: config.host, port: config.port })
      address ||= listening
      return listening
    },
    async close() {
      await app.close()
      await usage.close().catch((error) => log.error({ err: error }, 'the last uses could not be written'))
      await storage.close()
    },
  }
}

/** What a command can do that works on the database itself, without a server in this process. */
export interface Command {
  readonly domain: Domain
  /** As whoever owns the machine: it takes no credential. */
  issueServiceKey(input: NewServiceKey): ReturnType<typeof issueServiceKey>
  /** Recomputes every chain of the audit log. */
  verifyAudit(): Promise<({ chain: string } & ChainVerdict)[]>
  close(): Promise<void>
}

/** Looks at configuration, product file, files and database as a server would find them, and changes nothing. */
export async function examine(config: Config): Promise<Finding[]> {
  return [examineProduct(config.profile), ...(await examineStorage(config, clock.now))]
}

function examineProduct(profile: string): Finding {
  try {
    const { name, prefix } = loadProduct(profile, { profilesDir: PROFILES })
    return { what: 'product file', problem: null, detail: `${profile}: ${name}, keys begin ${prefix}_` }
  } catch (error) {
    return { what: 'product file', problem: (error as Error).message, detail: profile }
  }
}

export async function composeCommand(config: Config): Promise<Command> {
  const product = loadProduct(config.profile, { profilesDir: PROFILES })
  const { database, serverKey, close } = await openStorage(config, 'beside')
  const domain: Domain = {
    database,
    clock,
    randomBytes,
    serverKey,
    product,
    usage: { flush: async () => {} },
    verifiers: noVerifiers,
    running: new RunningRequests(),
  }
  return {
    domain,
    issueServiceKey: (input) => issueServiceKey(domain, machineActor(newId('req', clock.now(), randomBytes)), input),
    verifyAudit: () => verifyChains(database, serverKey),
    close,
  }
}

/**
 * This process answers no verdicts, and the commands that run beside a server only add: what was never asked for is in
 * nobody's memory.
 */
const noVerifiers: Verifiers = {
  apply: async () => ({ effectiveAt: new Date(clock.now()).toISOString(), verifiers: 0 }),
  forget: () => {},
}
