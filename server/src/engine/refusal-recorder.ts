import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '../domain/actor.ts'
import type { Domain } from '../domain/ports.ts'
import { isHidden, type RefusedAttempt, recordOmissions, recordRefusal } from '../domain/refused.ts'

/** As many refused attempts to read are recorded of one credential in one window; the others are counted. */
const LIMIT = 60
const WINDOW_MS = 60_000
const LOOK_MS = 10_000
const REMEMBERED_TIMES = 16

interface Account {
  startedAt: number
  recorded: number
  /** Not yet told of in the log. */
  omitted: number
  omittedSince: number
  /** Who was refused last. */
  actor: Actor
}

export interface RefusalRecorderOptions {
  domain: Domain
  /** A refusal stands whether it could be recorded or not. */
  onFailure: (error: unknown) => void
}

/** Brings refusals into the audit log, and sees to it that nobody can fill it by asking. */
export class RefusalRecorder {
  readonly #domain: Domain
  readonly #onFailure: (error: unknown) => void
  /** By credential: there are as many as there are service keys and holders that were refused lately. */
  readonly #accounts = new Map<string, Account>()
  /** How long recording took lately, in milliseconds. */
  readonly #took: number[] = []
  #recordings = 0
  readonly #timer: NodeJS.Timeout

  constructor({ domain, onFailure }: RefusalRecorderOptions) {
    this.#domain = domain
    this.#onFailure = onFailure
    this.#timer = setInterval(() => void this.#tellOmitted(false), LOOK_MS).unref()
  }

  /**
   * Resolves when the attempt is in the log, where it belongs there.
   * @param bounded whether a flood of such attempts is counted instead of recorded.
   */
  async record(actor: Actor, attempt: RefusedAttempt, bounded: boolean): Promise<void> {
    try {
      const hidden = attempt.code === 'NOT_FOUND'
      if (hidden && !(await isHidden(this.#domain.database, actor, attempt))) {
        // What exists takes this long, and whoever may not know of it must not be able to tell.
        if (actor.boundTo !== null && !(bounded && this.#isSpent(actor))) await sleep(this.#usualTime())
        return
      }
      if (bounded && !(await this.#admit(actor))) return
      const began = performance.now()
      await recordRefusal(this.#domain, actor, attempt)
      this.#took[this.#recordings++ % REMEMBERED_TIMES] = performance.now() - began
    } catch (error) {
      this.#onFailure(error)
    }
  }

  /** Tells of all that was counted and not recorded. Nothing may be recorded afterwards. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#tellOmitted(true)
  }

  async #admit(actor: Actor): Promise<boolean> {
    const account = this.#accountOf(actor)
    const now = this.#domain.clock.now()
    if (this.#isOver(account)) {
      account.startedAt = now
      account.recorded = 0
      await this.#tell(account)
    }
    if (account.recorded < LIMIT) {
      account.recorded++
      return true
    }
    if (account.omitted === 0) account.omittedSince = now
    account.omitted++
    account.actor = actor
    return false
  }

  #isSpent(actor: Actor): boolean {
    const account = this.#accountOf(actor)
    return account.recorded >= LIMIT && !this.#isOver(account)
  }

  #accountOf(actor: Actor): Account {
    const name = actor.ref.id ?? ''
    const known = this.#accounts.get(name)
    if (known) return known
    const now = this.#domain.clock.now()
    const account = { startedAt: now, recorded: 0, omitted: 0, omittedSince: now, actor }
    this.#accounts.set(name, account)
    return account
  }

  #isOver({ startedAt }: Account): boolean {
    const age = this.#domain.clock.now() - startedAt
    // A clock that was set back ends the window as well.
    return age >= WINDOW_MS || age < 0
  }

  async #tellOmitted(all: boolean): Promise<void> {
    for (const [name, account] of this.#accounts) {
      if (!all && !this.#isOver(account)) continue
      await this.#tell(account).catch(this.#onFailure)
      if (account.omitted === 0 && this.#isOver(account)) this.#accounts.delete(name)
    }
  }

  async #tell(account: Account): Promise<void> {
    const { omitted: count, omittedSince: since, actor } = account
    if (count === 0) return
    account.omitted = 0
    try {
      await recordOmissions(this.#domain, actor, { count, since })
    } catch (error) {
      account.omitted += count
      account.omittedSince = since
      throw error
    }
  }

  /** One of the times that recording took, at random. */
  #usualTime(): number {
    return this.#took[Math.floor(Math.random() * this.#took.length)] ?? 1
  }
}
