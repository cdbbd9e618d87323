import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newId, type Product } from '@claviger/core'
import { destination, type Logger, pino } from 'pino'
import { type Config, likelyAddress } from './config.ts'
import { machineActor } from './domain/actor.ts'
import { type ChainVerdict, verifyChains } from './domain/audit.ts'
import { ChangeFeed } from './domain/change-feed.ts'
import { parseHead } from './domain/journal.ts'
import { tagsOf } from './domain/new-secret.ts'
import { makeOperator, type NewOperator } from './domain/operators.ts'
import { RESET_LINK_MS, sealResetLink } from './domain/passwords.ts'
import type { PersonRecord } from './domain/people-records.ts'
import type { Clock, Domain, Verifiers } from './domain/ports.ts'
import { RunningRequests } from './domain/running-requests.ts'
import { SERVICE_TAG } from './domain/service-catalogue.ts'
import { issueServiceKey, type NewServiceKey } from './domain/service-keys.ts'
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
import { createMetrics, type Metrics } from './metrics.ts'
import { writeLetter } from './notices/write-letter.ts'
import { loadProduct } from './product/load.ts'
import { openPost } from './smtp/post.ts'
import { backUpDatabase } from './storage/backup.ts'
import { examineStorage, type Finding } from './storage/examine.ts'
import { compareWithHeads, compareWithJournal, type HeadReport, isSound } from './storage/journal-report.ts'
import { type OpenStorage, openStorage } from './storage/open-storage.ts'
import { type DeploymentRecord, openRecord } from './storage/record.ts'
import { type Restored, type RestoreRequest, restoreDatabase } from './storage/restore.ts'
import { parseServerKey } from './storage/server-key.ts'
import { newKeyEntry, rotateKeyFile } from './storage/server-key-file.ts'

export { type HeadReport, isSound, openStorage }

const PROFILES = fileURLToPath(new URL('../../profiles', import.meta.url))
const DASHBOARD = fileURLToPath(new URL('../../dashboard/dist', import.meta.url))
const MEMORY_LIMITS = { maxSecrets: 200_000, maxAbsent: 50_000 }

const clock: Clock = { now: () => Date.now() }

export interface Server {
  readonly product: Product
  /** What whoever starts it should know before it serves, in plain words. */
  readonly notices: readonly string[]
  /** The address of the page that sets the server up; null once somebody has. To be called when it listens. */
  setUpLink(): Promise<string | null>
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
    async setUpLink() {
      const token = await setUpLink(domain)
      return token && `${address}/setup#${token}`
    },
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

const NO_PUBLIC_URL = 'CLAVIGER_PUBLIC_URL is not set: links in mails lead to the listen address'

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

/** What a command can do that works on the database itself, without a server in this process. */
export interface Command {
  readonly domain: Domain
  /** As whoever owns the machine: it takes no credential. */
  issueServiceKey(input: NewServiceKey): ReturnType<typeof issueServiceKey>
  /** @returns the account, and a link by which its owner sets a password; nobody else is told of it. */
  makeOperator(wish: NewOperator): Promise<{ person: PersonRecord; link: string; linkEndsAt: string }>
  /** Recomputes every chain of the audit log. */
  verifyAudit(): Promise<({ chain: string } & ChainVerdict)[]>
  /**
   * Compares the audit log with what was noted of it outside the database.
   * @param noted paths of journals, and heads as the log has them; null: the journal in the data directory.
   */
  compareHeads(noted: readonly string[] | null): Promise<HeadReport[]>
  close(): Promise<void>
}

/** Looks at configuration, product file, files and database as a server would find them, and changes nothing. */
export async function examine(config: Config): Promise<Finding[]> {
  return [examineProduct(config.profile), ...(await examineStorage(config, clock.now)), await examineMail(config)]
}

/** Copies the embedded database into a file that is not there yet. */
export function backUp({ dataDir }: Config, to: string): ReturnType<typeof backUpDatabase> {
  return backUpDatabase(join(dataDir, 'claviger.db'), to)
}

/**
 * Puts a backup in the place of the embedded database and does again what it does not know.
 * @returns what was done, and in `notices` what that was in plain words.
 */
export async function restore(
  config: Config,
  from: string,
  approve: RestoreRequest['approve'],
): Promise<Restored & { notices: string[] }> {
  const restored = await restoreDatabase({ ...config, from, now: clock.now(), approve })
  const storage = await openStorage(config, 'alone')
  try {
    const record = openRecord(storage, { clock, randomBytes, log: SILENT })
    const notices = await record.recover()
    // Some may have been ended since the backup was made, with nothing else to tell that it is an old one.
    await storage.database.transact(async (writes) => ({ commit: true, value: await writes.endEverySession() }))
    await record.close()
    return { ...restored, notices }
  } finally {
    await storage.close()
  }
}

/** Everything it could say is what it returns. */
const SILENT = pino({ level: 'silent' })

/** @returns the new version, and what has to be added to CLAVIGER_MASTER_KEY; null where it was added to the key file. */
export function rotateServerKey({ dataDir, masterKey }: Config): { version: number; entry: string | null } {
  if (masterKey === null) return { version: rotateKeyFile(join(dataDir, 'server-key')), entry: null }
  const present = parseServerKey(masterKey, 'CLAVIGER_MASTER_KEY')
  return { version: present.version + 1, entry: newKeyEntry(present) }
}

function examineProduct(profile: string): Finding {
  try {
    const { name, prefix } = loadProduct(profile, { profilesDir: PROFILES })
    return { what: 'product file', problem: null, detail: `${profile}: ${name}, keys begin ${prefix}_` }
  } catch (error) {
    return { what: 'product file', problem: (error as Error).message, detail: profile }
  }
}

/** Speaks with the mail server, and sends nothing. */
async function examineMail({ mail, publicUrl }: Config): Promise<Finding> {
  const what = 'mail'
  if (mail === null) return { what, problem: null, detail: 'not set up; links are shown to whoever asks for them' }
  const { host, port, encryption, from } = mail
  const post = await openPost(mail, '')
  const wrong = (await post.greet()) ?? (publicUrl === null ? NO_PUBLIC_URL : null)
  const detail = `${host}:${port}, TLS ${encryption}, from ${from.address}`
  return { what, problem: wrong === null ? null : `${detail}: ${wrong}`, detail }
}

export async function composeCommand(config: Config): Promise<Command> {
  const product = loadProduct(config.profile, { profilesDir: PROFILES })
  const { database, serverKey, journalFile, close } = await openStorage(config, 'beside')
  const domain: Domain = {
    // A server beside looks for mails every few seconds.
    database: noticingMails(database, config.mail && (() => {})),
    clock,
    randomBytes,
    serverKey,
    product,
    usage: { flush: async () => {} },
    verifiers: noVerifiers,
    running: new RunningRequests(),
    feed: new ChangeFeed(),
    mail: { enabled: config.mail !== null },
  }
  return {
    domain,
    issueServiceKey: (input) => issueServiceKey(domain, machineActor(newId('req', clock.now(), randomBytes)), input),
    async makeOperator(wish) {
      const actor = machineActor(newId('req', clock.now(), randomBytes))
      const { value: person } = await makeOperator(domain, actor, wish)
      const linkEndsAt = new Date(clock.now() + RESET_LINK_MS).toISOString()
      const token = await sealResetLink(domain, person.id)
      return { person, link: `${likelyAddress(config)}/reset-password#${token}`, linkEndsAt }
    },
    verifyAudit: () => verifyChains(database, serverKey),
    async compareHeads(noted) {
      const heads = (noted ?? []).flatMap((text) => parseHead(text) ?? [])
      const files = noted === null ? [journalFile] : noted.filter((text) => parseHead(text) === undefined)
      const reports: HeadReport[] = []
      for (const file of files) reports.push(await compareWithJournal(database, serverKey, file))
      return heads.length > 0 ? [...reports, await compareWithHeads(database, heads)] : reports
    },
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
