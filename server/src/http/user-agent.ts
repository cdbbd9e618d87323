import type { FastifyRequest } from 'fastify'
import { fitToKeep } from './fit-to-keep.ts'

/** What the caller's program calls itself, fit to be kept. */
export function userAgentOf({ headers }: FastifyRequest): string | null {
  return fitToKeep(headers['user-agent'])
}
