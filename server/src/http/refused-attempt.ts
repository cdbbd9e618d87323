import { AppError, ERROR_CODES, type ErrorCode, withoutSecrets } from '@claviger/core'
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../domain/actor.ts'
import type { RefusedAttempt } from '../domain/refused.ts'

/** Statuses of refusals that go into the audit log; the others say nothing about authority. */
const RECORDED: readonly number[] = [403, 404, 409]
const MAX_ID_LENGTH = 64

export function isRecorded(code: ErrorCode): boolean {
  return RECORDED.includes(ERROR_CODES[code].status)
}

/** @returns what somebody who is known was refused here, as the audit log tells of it; null: nothing of that kind. */
export function attemptOf(error: unknown, request: FastifyRequest): RefusedAttempt | null {
  const { url = '', config } = request.routeOptions
  if (!(error instanceof AppError) || !isRecorded(error.code)) return null
  if (!request.actor || config.action === undefined) return null
  const ids = (request.params ?? {}) as Record<string, string>
  const { organizationId } = (request.body ?? {}) as { organizationId?: unknown }
  return {
    action: config.action,
    code: error.code,
    organizationId: keepable(ids.organization ?? organizationId),
    target: targetOf(url, ids, request.actor),
  }
}

/** What the path names last; of a path without names what its caller is, where it is about them. */
function targetOf(url: string, ids: Readonly<Record<string, string>>, { ref }: Actor): RefusedAttempt['target'] {
  const [, named] = /:(\w+)[^:]*$/.exec(url) ?? []
  if (named === undefined) return url.startsWith('/v1/me') || ref.type === 'key' ? ownTarget(ref) : null
  // A service key is no customer's key, but its routes name it alike.
  const type = named === 'key' && ids.organization === undefined ? 'service-key' : named
  return { type, id: keepable(ids[named]) ?? '' }
}

function ownTarget({ type, id }: Actor['ref']): RefusedAttempt['target'] {
  return { type: type === 'user' ? 'person' : type, id: id ?? '' }
}

/** An id as it was sent, fit to be kept: it was not looked at yet, and could be anything. */
function keepable(id: unknown): string | null {
  if (typeof id !== 'string') return null
  return withoutSecrets(id).toWellFormed().replaceAll('\0', '\ufffd').slice(0, MAX_ID_LENGTH)
}
