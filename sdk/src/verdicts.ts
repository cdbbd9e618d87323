import type { VerifyAnswer, VerifyRequest } from '@claviger/core'
import { has } from './answer.ts'
import type { CallOptions, Send } from './transport.ts'
import type { SelfAnswer, SelfRevoked } from './wire.ts'

export interface Verdicts {
  /**
   * May this request pass? A no is an answer like the yes; only where no verdict could be had does this throw, and
   * then nobody may be let in.
   */
  verify(question: VerifyRequest, options?: CallOptions): Promise<VerifyAnswer>
  /** Up to 100 questions, answered in their order. */
  verifyBatch(questions: readonly VerifyRequest[], options?: CallOptions): Promise<{ items: VerifyAnswer[] }>
  /** Who am I: for a client whose `key` is a customer's own. */
  self(options?: CallOptions): Promise<SelfAnswer>
  /** Ends the very key that this client calls with. */
  revokeSelf(options?: CallOptions): Promise<SelfRevoked>
}

export function createVerdicts(send: Send): Verdicts {
  return {
    verify: (body, options) => send({ method: 'POST', path: '/v1/keys/verify', body, isAnswer: isVerdict }, options),

    verifyBatch: (questions, options) =>
      send(
        {
          method: 'POST',
          path: '/v1/keys/verify-batch',
          body: { items: questions },
          isAnswer: ({ items }) => Array.isArray(items) && items.length === questions.length && items.every(isVerdict),
        },
        options,
      ),

    self: (options) => send({ method: 'GET', path: '/v1/keys/self', isAnswer: has('id', 'prefix') }, options),

    revokeSelf: (options) =>
      send({ method: 'POST', path: '/v1/keys/self/revoke', body: {}, isAnswer: has('key', 'receipt') }, options),
  }
}

// An answer that contradicts itself lets nobody in.
function isVerdict({ valid, code }: Readonly<Record<string, unknown>>): boolean {
  return typeof code === 'string' && valid === (code === 'VALID')
}
