import type { LastUse, PendingUsage, UsageStore } from '../domain/ports.ts'
import type { KeyUse } from './memory.ts'

const FLUSH_EVERY_MS = 1_000

export interface UsageRecorderParts {
  store: UsageStore
  /** Told when a flush fails; the uses wait for the next one. */
  onFailure: (error: unknown) => void
}

/**
 * Notes when keys were last used without making anyone wait: in memory at once, in the database within a second.
 * A process that is killed loses at most that second.
 */
export class UsageRecorder implements PendingUsage {
  readonly #parts: UsageRecorderParts
  readonly #timer: NodeJS.Timeout
  #noted: KeyUse[] = []
  #flushing: Promise<void> = Promise.resolve()

  constructor(parts: UsageRecorderParts) {
    this.#parts = parts
    this.#timer = setInterval(() => void this.flush().catch(parts.onFailure), FLUSH_EVERY_MS)
    this.#timer.unref()
  }

  note(use: KeyUse, at: number, ip: string | null): void {
    use.at = at
    use.ip = ip
    if (use.noted) return
    use.noted = true
    this.#noted.push(use)
  }

  flush(): Promise<void> {
    // One after the other, so that whoever waits for this flush has also waited for those before it.
    this.#flushing = this.#flushing.catch(() => {}).then(() => this.#write())
    return this.#flushing
  }

  /** Writes what is left. Nothing is noted afterwards. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  async #write(): Promise<void> {
    const batch = this.#noted
    if (batch.length === 0) return
    this.#noted = []
    const uses: LastUse[] = batch.map(({ keyId, prefix, at, ip }) => ({ keyId, prefix, at, ip }))
    for (const use of batch) use.noted = false
    try {
      await this.#parts.store.recordLastUses(uses)
    } catch (error) {
      for (const use of batch) this.note(use, use.at, use.ip)
      throw error
    }
  }
}
