import type { FastifyReply } from 'fastify'
import type { RateLimitState } from '../engine/limits.ts'

/** The name of a key's own limit in the fields below. */
const POLICY = '"key"'

/** Tells the state of a limit in the fields of draft-ietf-httpapi-ratelimit-headers. */
export function tellRateLimit(reply: FastifyReply, state: RateLimitState | null): void {
  if (!state) return
  const { limit, windowSeconds, remaining, resetSeconds } = state
  reply.header('ratelimit-policy', `${POLICY};q=${limit};w=${windowSeconds}`)
  reply.header('ratelimit', `${POLICY};r=${remaining};t=${resetSeconds}`)
}

/** RFC 9110, section 10.2.3. Where waiting does not help, nothing is told. */
export function tellRetryAfter(reply: FastifyReply, seconds: number | null): void {
  if (seconds !== null) reply.header('retry-after', String(Math.max(1, seconds)))
}
