import { createHash } from 'node:crypto'
import { AppError } from '@claviger/core'
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../domain/actor.ts'
import { actorOf } from './access.ts'

/**
 * The version an edit is based on, from `If-Match` (RFC 9110, section 13.1.1): one quoted number, or `*`.
 * @returns undefined where any version will do.
 * @throws AppError `MALFORMED_REQUEST`.
 */
export function versionOf({ headers }: FastifyRequest): number | undefined {
  const given = headers['if-match']?.trim()
  if (given === undefined || given === '*') return undefined
  const version = /^"(\d{1,15})"$/.exec(given)?.[1]
  if (version === undefined) throw new AppError('MALFORMED_REQUEST', 'If-Match must be a version in quotes, like "3".')
  return Number(version)
}

/**
 * Who asks, where the same request may come twice: with `Idempotency-Key` the second gets the answer of the first.
 * @throws AppError `MALFORMED_REQUEST`.
 */
export function repeatableActorOf(request: FastifyRequest): Actor {
  const actor = actorOf(request)
  const key = request.headers['idempotency-key']
  if (key === undefined) return actor
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new AppError('MALFORMED_REQUEST', 'Idempotency-Key must be 1–255 printable ASCII characters without spaces.')
  }
  const { url = '', method } = request.routeOptions
  const asked = JSON.stringify([request.params, request.body])
  return {
    ...actor,
    repeatable: {
      credential: actor.ref.id ?? '',
      route: `${String(method)} ${url}`,
      // By its digest: a secret that was sent here by mistake is not kept.
      key: sha256(key),
      fingerprint: sha256(asked),
    },
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
