import type { MailOutcome } from '../domain/notice-facts.ts'
import type { MailRecord } from '../domain/people-records.ts'
import {
  type Clock,
  DatabaseUnavailable,
  type Delivery,
  type Letter,
  type MailStore,
  type Post,
} from '../domain/ports.ts'

const POLL_MS = 2_000
/** How old the figures about what waits may be. */
const COUNT_MS = 1_000
/** Mails that are on their way at once. */
const SLOTS = 4
/** Longer than any attempt takes: until then a mail that is on its way is nobody else's. */
const HELD_MS = 5 * 60_000
/** What could not be sent in this time is no news any more. */
const KEPT_MS = 3 * 24 * 60 * 60_000
/** After the first failed attempt; doubled after each further one. */
const FIRST_WAIT_MS = 60_000
const LONGEST_WAIT_MS = 6 * 60 * 60_000
/** Where the mail server is at fault, no mail need wait for long after it is mended. */
const LONGEST_OUTAGE_WAIT_MS = 5 * 60_000
/** After the first mail that found no mail server, all wait this long; doubled after each further one. */
const FIRST_PAUSE_MS = 15_000
const LONGEST_PAUSE_MS = 5 * 60_000
/** What a server that stops leaves to mails on their way. */
const DRAIN_MS = 3_000
/** Of faults in a row, as many are told of. */
const MAX_COMPLAINTS = 5

export interface OutboxWatcher {
  outcome(mail: MailRecord, outcome: MailOutcome, reason: string | null): void
  /** The mail server takes nothing. Told once, until it does again. */
  unreachable(reason: string): void
  reachable(): void
  /** Of faults in a row each is told once; whatever it kept from being done is tried again. */
  fault(error: unknown): void
}

export interface OutboxParts {
  store: MailStore
  clock: Clock
  /** What a mail says now; null: its cause is over. */
  write: (mail: MailRecord) => Promise<Letter | null>
  post: Post
  watcher: OutboxWatcher
}

/**
 * Sends the mails that wait in the database, each until it is taken, refused for good, or old. A mail is sent once,
 * unless this process dies, or the connection breaks, between the moment the mail server takes it and the moment we
 * know: then it is sent again, under the same Message-ID.
 */
export class Outbox {
  readonly #parts: OutboxParts
  #timer: NodeJS.Timeout | undefined
  readonly #underWay = new Map<string, Promise<void>>()
  /** Taken by the mail server, and not known to be out of the database. */
  readonly #sent = new Set<string>()
  readonly #stop = new AbortController()
  #looking: Promise<void> | null = null
  #lookAgain = false
  #closing = false
  /** What was told of since it last went well. */
  readonly #complaints = new Set<string>()
  #outage: { tries: number; pausedAt: number; until: number } | null = null
  #waiting: { waiting: number; since: number | null } = { waiting: 0, since: null }
  #countedAt = Number.NEGATIVE_INFINITY

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /** From now on mails are sent. */
  start(): void {
    this.#timer = setInterval(() => this.wake(), POLL_MS).unref()
    this.wake()
  }

  /** Looks for mails now, and not only in a few seconds. Costs nothing where it is looking already. */
  wake(): void {
    if (this.#closing || this.#timer === undefined) return
    if (this.#looking !== null) {
      this.#lookAgain = true
      return
    }
    this.#looking = this.#look()
      .then(
        () => this.#complaints.clear(),
        (error) => this.#complain(error),
      )
      .finally(() => {
        this.#looking = null
        if (!this.#lookAgain) return
        this.#lookAgain = false
        this.wake()
      })
  }

  /** As of a few seconds ago. */
  get waiting(): { waiting: number; ageMs: number } {
    const { waiting, since } = this.#waiting
    return { waiting, ageMs: since === null ? 0 : Math.max(0, this.#parts.clock.now() - since) }
  }

  /** Lets mails on their way arrive, for some seconds. What is not sent by then stays in the database. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#closing = true
    await this.#looking
    const limit = setTimeout(() => this.#stop.abort(), DRAIN_MS)
    await Promise.all(this.#underWay.values())
    clearTimeout(limit)
    await this.#removeSent().catch((error) => this.#complain(error))
  }

  async #look(): Promise<void> {
    await this.#removeSent()
    await this.#takeDue()
    const now = performance.now()
    if (now - this.#countedAt < COUNT_MS) return
    this.#countedAt = now
    this.#waiting = await this.#parts.store.mailsWaiting()
  }

  async #takeDue(): Promise<void> {
    const { store, clock } = this.#parts
    for (;;) {
      const free = this.#freeSlots()
      if (free === 0) return
      const now = clock.now()
      const mails = await store.takeDueMails(now, now + HELD_MS, free)
      for (const mail of mails) this.#start(mail)
      if (mails.length < free) return
    }
  }

  #freeSlots(): number {
    if (this.#closing || this.#isPaused()) return 0
    // Whether the mail server is back is found out with one mail.
    return Math.max(0, (this.#outage === null ? SLOTS : 1) - this.#underWay.size)
  }

  #isPaused(): boolean {
    if (this.#outage === null) return false
    const now = this.#parts.clock.now()
    // A clock that was set back ends the pause as well.
    return now < this.#outage.until && now >= this.#outage.pausedAt
  }

  #start(mail: MailRecord): void {
    // On its way still, after all the time it may take; or sent, and removed next time.
    if (this.#underWay.has(mail.id) || this.#sent.has(mail.id)) return
    const done = this.#deliver(mail)
      .catch((error) => this.#complain(error))
      .finally(() => {
        this.#underWay.delete(mail.id)
        this.wake()
      })
    this.#underWay.set(mail.id, done)
  }

  async #deliver(mail: MailRecord): Promise<void> {
    const { post, clock } = this.#parts
    if (clock.now() - mail.createdAt >= KEPT_MS) return this.#end(mail, 'expired', mail.lastError)
    const letter = await this.#write(mail)
    if (letter === 'later') return
    if (letter === null) return this.#end(mail, 'dropped', null)
    const { id, recipient } = mail
    const delivery = await post.send({ ...letter, id, recipient }, this.#stop.signal)
    if (delivery.outcome !== 'stopped' && delivery.outcome !== 'unreachable') this.#endOutage()
    await this.#conclude(mail, delivery)
  }

  async #write(mail: MailRecord): Promise<Letter | null | 'later'> {
    try {
      return await this.#parts.write(mail)
    } catch (error) {
      this.#complain(error)
      // A database that is away says nothing about the mail.
      if (error instanceof DatabaseUnavailable) await this.#putBack(mail, POLL_MS)
      else await this.#postpone(mail, 'it could not be written', LONGEST_WAIT_MS)
      return 'later'
    }
  }

  async #conclude(mail: MailRecord, delivery: Delivery): Promise<void> {
    switch (delivery.outcome) {
      case 'sent':
        // Noted before anything can fail, so that it is not sent again.
        this.#sent.add(mail.id)
        this.#parts.watcher.outcome(mail, 'sent', null)
        return this.#removeSent()
      case 'refused':
        return this.#end(mail, 'refused', delivery.reason)
      case 'postponed':
        return this.#postpone(mail, delivery.reason, LONGEST_WAIT_MS)
      case 'unreachable':
        this.#pause(delivery.reason)
        return this.#postpone(mail, delivery.reason, LONGEST_OUTAGE_WAIT_MS)
      case 'stopped':
        return this.#putBack(mail, 0)
    }
  }

  async #end(mail: MailRecord, outcome: MailOutcome, reason: string | null): Promise<void> {
    await this.#parts.store.removeMail(mail.id)
    this.#parts.watcher.outcome(mail, outcome, reason)
  }

  async #postpone(mail: MailRecord, reason: string, longestMs: number): Promise<void> {
    const { store, clock, watcher } = this.#parts
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(mail.attempts, 30), longestMs)
    const nextAttemptAt = Math.min(clock.now() + waitMs, mail.createdAt + KEPT_MS)
    await store.postponeMail({ id: mail.id, attempts: mail.attempts + 1, nextAttemptAt, lastError: reason })
    watcher.outcome(mail, 'postponed', reason)
  }

  /** As if it had not been tried. */
  async #putBack({ id, attempts, lastError }: MailRecord, waitMs: number): Promise<void> {
    const { store, clock } = this.#parts
    await store.postponeMail({ id, attempts, nextAttemptAt: clock.now() + waitMs, lastError })
  }

  async #removeSent(): Promise<void> {
    for (const id of this.#sent) {
      await this.#parts.store.removeMail(id)
      this.#sent.delete(id)
    }
  }

  #pause(reason: string): void {
    // Several were on their way when it went.
    if (this.#isPaused()) return
    if (this.#outage === null) this.#parts.watcher.unreachable(reason)
    const tries = this.#outage?.tries ?? 0
    const pausedAt = this.#parts.clock.now()
    const until = pausedAt + Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tries, 30), LONGEST_PAUSE_MS)
    this.#outage = { tries: tries + 1, pausedAt, until }
  }

  #endOutage(): void {
    if (this.#outage === null) return
    this.#outage = null
    this.#parts.watcher.reachable()
  }

  #complain(error: unknown): void {
    const complaint = error instanceof Error ? error.message : String(error)
    if (this.#complaints.has(complaint) || this.#complaints.size >= MAX_COMPLAINTS) return
    this.#complaints.add(complaint)
    this.#parts.watcher.fault(error)
  }
}
