import type { FastifyRequest } from 'fastify'
import { withoutSecrets } from './secrets-in-text.ts'

const MAX_LENGTH = 300

/** What the caller's program calls itself, fit to be kept. */
export function userAgentOf({ headers }: FastifyRequest): string | null {
  return headers['user-agent'] === undefined ? null : withoutSecrets(headers['user-agent']).slice(0, MAX_LENGTH)
}
