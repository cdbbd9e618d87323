import { AppError } from '@claviger/core'

/** A request whose sender may not learn its outcome and send it again (draft-ietf-httpapi-idempotency-key-header). */
export interface RepeatableRequest {
  /** Id of the credential it came with. */
  credential: string
  route: string
  /** The sender's own name for it. */
  key: string
  /** Of everything it asks for; the same name for something else is a mistake. */
  fingerprint: string
}

/** Repeatable requests being worked on in this process. */
export class RunningRequests {
  readonly #running = new Set<string>()

  /** @throws AppError `IDEMPOTENCY_IN_PROGRESS` while the same request is being worked on. */
  async during<T>({ credential, route, key }: RepeatableRequest, work: () => Promise<T>): Promise<T> {
    const name = JSON.stringify([credential, route, key])
    if (this.#running.has(name)) {
      throw new AppError('IDEMPOTENCY_IN_PROGRESS', 'The first request with this Idempotency-Key is still running.')
    }
    this.#running.add(name)
    try {
      return await work()
    } finally {
      this.#running.delete(name)
    }
  }
}
