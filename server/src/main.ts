import { randomBytes } from 'node:crypto'
import type { Product } from '@claviger/core'
import { destination, type Logger } from 'pino'
import { type Config, NO_PUBLIC_URL } from './config.ts'
import { ChangeFeed } from './domain/change-feed.ts'
import { tagsOf } from './domain/new-secret.ts'
import type { Domain } from './domain/ports.ts'
import { RunningRequests } from './domain/running-requests.ts'
import { SERVICE_TAG } from './domain/service-catalogue.ts'
import { setUpLink } from './domain/set-up.ts'
import { createVerifiers } from './engine/audiences.ts'
import { Limits } from './engine/limits.ts'
import { LookupThrottle } from './engine/lookup-throttle.ts'
import { Memory } from './engine/memory.ts'
import { Outbox } from './engine/outbox.ts'
import { watchOutbox } from './engine/outbox-log.ts'
import { noticingMails } from './engine/queued-mail.ts'
import { SingleProcess } from './engine/single-process.ts'
import { UsageRecorder } from './engine/usage-recorder.ts'
import { createLog } from './log.ts'
import { clock, DASHBOARD, PROFILES } from './machine.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { writeLetter } from './notices/write-letter.ts'
import { loadProduct } from './product/load.ts'
import { openPost } from './smtp/post.ts'
import { type OpenStorage, openStorage } from './storage/open-storage.ts'
import { type DeploymentRecord, openRecord } from './storage/record.ts'

const MEMORY_LIMITS = { maxSecrets: 200_000, maxAbsent: 50_000 }

export interface Server {
  readonly product: Product
  /** What whoever starts it should know before it serves, in plain words. */
  readonly notices: readonly string[]
  /** The address of the page that sets the server up; null once somebody has. To be called when it listens. */
  setUpLink(): string | null
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
  const { serverKey, standing } = storage
  const log = createLog(config.logLevel, [...tagsOf(product), SERVICE_TAG], destination({ dest: 2, sync: true }))
  const record = openRecord(storage, { clock, randomBytes, log })
  const metrics: Metrics = createMetrics({
    memory: () => ({ secrets: memory.size, absent: memory.absentSize }),
    usageLagMs: () => (usage.waitingSince === null ? 0 : clock.now() - usage.waitingSince),
    trusted: () => standing.holds(),
    suspects: () => throttle.size,
    mails: () => outbox?.waiting ?? { waiting: 0, ageMs: 0 },
  })
  const database = noticingMails(metrics.watch(record.database), config.mail && (() => outbox?.wake()))
  // Before anything else: what the database has forgotten would be let in again.
  const notices = await record.recover()

  const readStart = async () => ({ version: await database.version(), hasImported: await database.hasImported() })
  const memory = new Memory(MEMORY_LIMITS, await readStart(), standing)
  storage.watch({
    lost(cause) {
      record.suspend()
      log.error({ err: cause }, 'the claim on the database is lost; until it is had again nobody is let in')
    },
    taken: (by) =>
      log.error({ err: by }, 'another server has taken the database; this one answers when that one stops'),
    async regained() {
      await record.recover().catch((error) => {
        log.error({ err: error }, 'the database is had again, but cannot be compared with the journal')
        throw error
      })
      memory.rejoin(await readStart())
      log.info('the claim on the database is had again')
    },
  })
  const usage = new UsageRecorder({
    store: database,
    clock,
    randomBytes,
    onFailure: (error) => log.error({ err: error }, 'usage could not be written; it waits for the next attempt'),
    onLoss(uses) {
      metrics.usageLost(uses)
      log.error({ uses }, 'usage was given up: it will be missing from counts, callers and last uses')
    },
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
    feed: new ChangeFeed(),
    mail: { enabled: config.mail !== null },
  }
  const throttle = new LookupThrottle(clock)
  const limits = new Limits(database)
  const verifiers = createVerifiers({ memory, lookup: database, serverKey, clock, usage, limits, throttle }, product, {
    customers: metrics.verdictsOf('customers'),
    services: metrics.verdictsOf('services'),
  })
  const upkeep = keepUp(storage, record, memory, log)
  let address = config.publicUrl ?? ''
  const outbox: Outbox | null =
    config.mail &&
    new Outbox({
      store: database,
      clock,
      write: (mail) => writeLetter({ ...domain, publicUrl: address }, mail),
      post: await openPost(config.mail, product.name),
      watcher: watchOutbox(log, metrics.mailEnded),
    })
  // Whoever cannot read even this must not begin to serve.
  const setUpToken = await setUpLink(domain)
  // Half of what there is to load, and commands do without it, as does a server that is refused its start.
  const { createIdentity } = await import('./accounts/identity.ts')
  const { buildApp } = await import('./http/app.ts')
  const app = await buildApp({
    domain,
    ...verifiers,
    identity: createIdentity({
      domain,
      tables: storage.database.peopleTables,
      publicUrl: () => address,
      provider: config.oidc,
      onError: (message, cause) => log.error({ err: cause }, message),
    }),
    log,
    metrics,
    reachable: async () => standing.holds() && (await database.reachable()),
    publicUrl: () => address,
    trustedProxies: config.trustedProxies,
    dashboardDir: DASHBOARD,
  })

  return {
    product,
    notices: config.mail && config.publicUrl === null ? [...notices, NO_PUBLIC_URL] : notices,
    setUpLink: () => setUpToken && `${address}/setup#${setUpToken}`,
    async listen() {
      const listening = await app.listen({ host: config.host, port: config.port })
      address ||= listening
      // Now it is known where links lead.
      outbox?.start()
      return listening
    },
    async close() {
      await Promise.all([app.close(), outbox?.close()])
      clearInterval(upkeep)
      await usage.close().catch((error) => log.error({ err: error }, 'the last usage could not be written'))
      await record.close()
      await storage.close()
    },
  }
}

const UPKEEP_MS = 2_000

/** Follows what is done beside the server: changes by commands, and another version of the server key. */
function keepUp(
  { renewServerKey }: OpenStorage,
  record: DeploymentRecord,
  memory: Memory,
  log: Logger,
): NodeJS.Timeout {
  let complaint = ''
  const follow = async () => {
    const version = await renewServerKey()
    if (version !== null) {
      // A secret made under it may be remembered as unknown.
      memory.forget()
      log.info({ version }, 'the server key has another version; what is new is made under it')
    }
    await record.catchUp()
    complaint = ''
  }
  const complain = (error: unknown) => {
    const { message } = error as Error
    if (message !== complaint) log.error({ err: error }, 'what happens beside the server cannot be followed')
    complaint = message
  }
  return setInterval(() => void follow().catch(complain), UPKEEP_MS).unref()
}
