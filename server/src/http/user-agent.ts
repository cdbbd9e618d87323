import type { FastifyRequest } from 'fastify'

const MAX_LENGTH = 300
/** Something of our secrets' shape: a tag, what may be shown, and what may not. */
const SECRET = /([a-z][a-z0-9_]{1,24}_[0-9A-Za-z]{8})[0-9A-Za-z]{38}/g

/** What the caller's program calls itself, fit to be kept: it is free text, and could hold anything. */
export function userAgentOf({ headers }: FastifyRequest): string | null {
  return headers['user-agent']?.replace(SECRET, '$1…').slice(0, MAX_LENGTH) ?? null
}
