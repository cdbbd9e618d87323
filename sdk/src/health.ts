import { has } from './answer.ts'
import type { CallOptions, Send } from './transport.ts'
import type { HealthAnswer } from './wire.ts'

export interface Health {
  /** The process runs. */
  live(options?: CallOptions): Promise<HealthAnswer>
  /** Verdicts can be answered. @throws ClavigerError `UNAVAILABLE` while they cannot. */
  ready(options?: CallOptions): Promise<HealthAnswer>
}

export function createHealth(send: Send): Health {
  return {
    live: (options) => send({ method: 'GET', path: '/healthz', isAnswer: has('status') }, options),
    ready: (options) => send({ method: 'GET', path: '/readyz', isAnswer: has('status') }, options),
  }
}
