import type { Logger } from 'pino'

const EVERY_MS = 5_000

/**
 * What fails for every request alike is logged in full when it begins, then as a count every few seconds until it is
 * over: an outage must not fill the disk, which may be what caused it.
 */
export class OutageLog {
  readonly #log: Logger
  readonly #everyMs: number
  /** Times each failure came since it was last told. */
  readonly #untold = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(log: Logger, everyMs = EVERY_MS) {
    this.#log = log
    this.#everyMs = everyMs
  }

  note(error: Error, requestId: string): void {
    const { message } = error
    const times = this.#untold.get(message)
    this.#untold.set(message, times === undefined ? 0 : times + 1)
    if (times === undefined) this.#log.error({ err: error, requestId }, message)
    this.#timer ??= setInterval(() => this.#tell(), this.#everyMs).unref()
  }

  /** Tells what was not told yet. */
  close(): void {
    this.#tell()
    this.#stop()
  }

  #tell(): void {
    for (const [message, times] of this.#untold) {
      if (times === 0) this.#untold.delete(message)
      else {
        this.#log.error({ times }, message)
        this.#untold.set(message, 0)
      }
    }
    if (this.#untold.size === 0) this.#stop()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
