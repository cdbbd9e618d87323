import { newId } from '@claviger/core'
import { onTestFinished } from 'vitest'
import type { MailOutcome, QueuedNotice } from '../domain/notice-facts.ts'
import type { MailRecord } from '../domain/people-records.ts'
import type { MailStore, Post } from '../domain/ports.ts'
import { queueNotice } from '../domain/queue-notice.ts'
import { Outbox } from '../engine/outbox.ts'
import { writeLetter } from '../notices/write-letter.ts'
import { openPost } from '../smtp/post.ts'
import { type MailServer, type MailSettings, parseSmtpUrl } from '../smtp/settings.ts'
import { TestMailServer } from './smtp-server.ts'
import { startDomain, type TestOptions, type TestServer } from './test-domain.ts'
import { eventually } from './test-server.ts'

/** As of SMTP_URL. */
export function mailSettings(smtpUrl: string): MailSettings {
  const from = { name: null, address: 'keys@example.com' }
  return { ...(parseSmtpUrl(smtpUrl) as MailServer), from }
}

export interface TestOutboxOptions extends TestOptions {
  smtpUrl?: string
  /** Stands between the outbox and the database. */
  mailStore?: (real: MailStore) => MailStore
  /** Stands between the outbox and the mail server. */
  post?: (real: Post) => Post
}

export interface TestOutbox extends TestServer {
  mailServer: TestMailServer
  outbox: Outbox
  /** Another process on the same database. */
  startAnother(): Outbox
  /** What became of mails, in the order it was told. */
  outcomes: MailOutcome[]
  reasons: string[]
  /** What was told of besides. */
  told: string[]
  /** @returns the ids of these mails. */
  queue(recipients: string | string[], notice: QueuedNotice): Promise<void>
  /** As the table has them, the oldest first. */
  waiting(): Promise<MailRecord[]>
  /** An owner of a new organization, for whom there is news. */
  newOwner(email: string): Promise<{ personId: string; organizationId: string }>
  becomes(...outcomes: MailOutcome[]): Promise<void>
}

/** Outbox, letters and mail server over a database of one test's own; it sends from now on. */
export async function startOutbox(options: TestOutboxOptions = {}): Promise<TestOutbox> {
  const server = await startDomain({ ...options, mail: true })
  const mailServer = await TestMailServer.start()
  const { database, domain, clock } = server
  const outcomes: MailOutcome[] = []
  const reasons: string[] = []
  const told: string[] = []
  const realPost = await openPost(mailSettings(options.smtpUrl ?? mailServer.url), domain.product.name)
  const startAnother = () => {
    const outbox = new Outbox({
      store: options.mailStore?.(database) ?? database,
      clock,
      write: (mail) => writeLetter({ ...domain, publicUrl: 'https://keys.example.com' }, mail),
      post: options.post?.(realPost) ?? realPost,
      watcher: {
        outcome(_mail, outcome, reason) {
          outcomes.push(outcome)
          if (reason !== null) reasons.push(reason)
        },
        unreachable: () => void told.push('unreachable'),
        reachable: () => void told.push('reachable'),
        fault: (error) => void told.push((error as Error).message),
      },
    })
    outbox.start()
    onTestFinished(() => outbox.close())
    return outbox
  }
  return {
    ...server,
    mailServer,
    outbox: startAnother(),
    startAnother,
    outcomes,
    reasons,
    told,
    async queue(recipients, notice) {
      await database.transact(async (writes) => {
        await queueNotice(domain, writes, [recipients].flat(), notice, clock.now())
        return { commit: true, value: null }
      })
    },
    async waiting() {
      const rows = await database.peopleTables.db.selectFrom('mails').selectAll().orderBy('id').execute()
      return rows.map((row) => ({
        id: row.id,
        recipient: row.recipient,
        notice: row.notice,
        facts: JSON.parse(row.facts_json),
        createdAt: row.created_at,
        attempts: row.attempts,
        nextAttemptAt: row.next_attempt_at,
        lastError: row.last_error,
      }))
    },
    async newOwner(email) {
      const now = clock.now()
      const personId = newId('usr', now, domain.randomBytes)
      const organizationId = newId('org', now, domain.randomBytes)
      await database.transact(async (writes) => {
        await writes.insertPerson({ id: personId, name: 'Ada', email, operator: false, passwordHash: null }, now)
        await writes.insertOrganization({
          id: organizationId,
          name: 'Acme',
          externalId: null,
          plan: domain.product.plans[0]?.id ?? '',
          features: {},
          suspendedAt: null,
          billingContact: null,
          createdAt: now,
          updatedAt: now,
          version: 1,
        })
        const id = newId('mbr', now, domain.randomBytes)
        const member = { id, organizationId, personId, role: 'owner' as const }
        await writes.insertMember({ ...member, joinedAt: now, updatedAt: now, version: 1 })
        return { commit: true, value: null }
      })
      return { personId, organizationId }
    },
    becomes: (...wanted) => eventually(async () => outcomes.join(' '), wanted.join(' ')),
  }
}
