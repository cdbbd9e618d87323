import { AppError } from '@claviger/core'
import type { Writes } from './ports.ts'
import type { RepeatableRequest } from './running-requests.ts'

/** How long an answer is kept. */
const KEPT_MS = 24 * 3_600_000

/**
 * @returns the answer given before, without its secret, or undefined for a request that is new.
 * @throws AppError `IDEMPOTENCY_MISMATCH`.
 */
export async function answerGivenBefore(writes: Writes, request: RepeatableRequest, now: number): Promise<unknown> {
  await writes.dropAnswers(now - KEPT_MS)
  const kept = await writes.keptAnswer(request)
  if (kept === undefined) return undefined
  if (kept.fingerprint !== request.fingerprint) {
    throw new AppError(
      'IDEMPOTENCY_MISMATCH',
      'This Idempotency-Key was used before for a different request; use a new one.',
    )
  }
  return kept.answer
}
