import type { PostgresPoolClient } from 'kysely'
import { Client, type ClientConfig, type QueryResult } from 'pg'
import { DatabaseUnavailable } from '../domain/ports.ts'
import { codeOf, endsConnection, LOCK_NOT_AVAILABLE, toFault } from './postgres-faults.ts'
import { requireStorable } from './storable.ts'

const BEAT_MS = 250
/** How long a change waits for those before it. */
const TURN_TIMEOUT_MS = 5_000
const GOODBYE_TIMEOUT_MS = 500

interface Waiter {
  go: () => void
  stop: (error: unknown) => void
}

/**
 * One connection that proves again and again that it is alive, and serves one user after the other. Its end, in whatever
 * way, is told once; nothing is sent on it afterwards.
 */
export class ClaimedSession {
  /** Called once. Whoever sets it late looks at `ended` as well. */
  onEnd: (cause: unknown) => void = () => {}
  readonly #client: Client
  readonly #waiting: Waiter[] = []
  #busy = false
  #ended = false
  #provenAt = 0
  #beat: NodeJS.Timeout | undefined

  private constructor(settings: ClientConfig) {
    this.#client = new Client(settings)
    this.#client.on('error', (cause) => this.#end(cause))
    this.#client.on('end', () => this.#end(new Error('the connection was closed')))
  }

  /** @throws DatabaseUnavailable */
  static async open(settings: ClientConfig): Promise<ClaimedSession> {
    const session = new ClaimedSession(settings)
    try {
      await session.#client.connect()
    } catch (error) {
      session.#end(error)
      throw toFault(error)
    }
    session.#beat = setInterval(() => void session.#prove(), BEAT_MS).unref()
    return session
  }

  get ended(): boolean {
    return this.#ended
  }

  /** The number of its process at PostgreSQL, as it was told when the session began. */
  get processId(): number | null {
    return (this.#client as Client & { processID: number | null }).processID
  }

  /** When the last statement that was answered had been sent, on the monotonic clock: the session was alive since. */
  get provenAt(): number {
    return this.#provenAt
  }

  /** @throws DatabaseUnavailable, or what PostgreSQL says of the statement. */
  async ask<R extends object>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<R>> {
    if (this.#ended) throw new DatabaseUnavailable('PostgreSQL: the session has ended')
    requireStorable(parameters)
    const sentAt = performance.now()
    try {
      const result = await this.#client.query<R>(text, [...parameters])
      this.#provenAt = sentAt
      return result
    } catch (error) {
      if (endsConnection(error)) this.#end(error)
      else this.#provenAt = sentAt
      if (codeOf(error) === LOCK_NOT_AVAILABLE) this.#dismissWaiting(error)
      throw toFault(error)
    }
  }

  /** @returns the session for one user alone, until released. @throws DatabaseUnavailable */
  async takeTurn(): Promise<PostgresPoolClient> {
    if (this.#ended) throw new DatabaseUnavailable('PostgreSQL: the session has ended')
    if (this.#busy) await this.#wait()
    this.#busy = true
    return {
      query: ((text: string, parameters: readonly unknown[]) =>
        this.ask(text, parameters)) as unknown as PostgresPoolClient['query'],
      release: (destroy) => {
        if (destroy) this.#end(new Error('a transaction could not be ended'))
        this.#passOn()
      },
    }
  }

  /** Ends it, and with it whatever it holds in the database. */
  async close(): Promise<void> {
    if (this.#ended) return
    const goodbye = setTimeout(() => this.#client.connection.stream.destroy(), GOODBYE_TIMEOUT_MS)
    await this.#client.end().catch(() => {})
    clearTimeout(goodbye)
    this.#end(new Error('closed'))
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        go: () => {
          clearTimeout(limit)
          resolve()
        },
        stop: (error) => {
          clearTimeout(limit)
          reject(error)
        },
      }
      const limit = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(new DatabaseUnavailable('too many changes are waiting for those before them'))
      }, TURN_TIMEOUT_MS)
      this.#waiting.push(waiter)
    })
  }

  #passOn(): void {
    const next = this.#waiting.shift()
    if (next) next.go()
    else this.#busy = false
  }

  /** Whoever waited behind a lock that was not had has waited as long for it, and would wait again. */
  #dismissWaiting(cause: unknown): void {
    for (const { stop } of this.#waiting.splice(0)) stop(toFault(cause))
  }

  /** A statement of its own where nobody else's shows that the session lives. */
  async #prove(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    await this.ask('select 1').catch(() => {})
    this.#passOn()
  }

  #end(cause: unknown): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#beat)
    this.#client.connection.stream.destroy()
    this.#dismissWaiting(cause)
    this.onEnd(cause)
  }
}
