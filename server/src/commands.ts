import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { newId } from '@claviger/core'
import { pino } from 'pino'
import { type Config, likelyAddress, NO_PUBLIC_URL } from './config.ts'
import { machineActor } from './domain/actor.ts'
import { type ChainVerdict, verifyChains } from './domain/audit.ts'
import { ChangeFeed } from './domain/change-feed.ts'
import { parseHead } from './domain/journal.ts'
import { makeOperator, type NewOperator } from './domain/operators.ts'
import { RESET_LINK_MS, sealResetLink } from './domain/passwords.ts'
import type { PersonRecord } from './domain/people-records.ts'
import type { Domain, Verifiers } from './domain/ports.ts'
import { RunningRequests } from './domain/running-requests.ts'
import { issueServiceKey, type NewServiceKey } from './domain/service-keys.ts'
import { noticingMails } from './engine/queued-mail.ts'
import { clock, PROFILES } from './machine.ts'
import { loadProduct } from './product/load.ts'
import { openPost } from './smtp/post.ts'
import { backUpDatabase } from './storage/backup.ts'
import { examineStorage, type Finding } from './storage/examine.ts'
import { compareWithHeads, compareWithJournal, type HeadReport, isSound } from './storage/journal-report.ts'
import { openStorage } from './storage/open-storage.ts'
import { openRecord } from './storage/record.ts'
import { type Restored, type RestoreRequest, restoreDatabase } from './storage/restore.ts'
import { parseServerKey } from './storage/server-key.ts'
import { newKeyEntry, rotateKeyFile } from './storage/server-key-file.ts'

export { type HeadReport, isSound, openStorage }

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
