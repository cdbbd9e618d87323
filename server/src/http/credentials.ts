import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '@claviger/core'

/** RFC 6750, section 2.1. The scheme is case-insensitive; the credential is whatever follows it. */
const BEARER = /^bearer +([\x21-\x7e]+) *$/i

/** @returns the credential of `Authorization: Bearer`, or null where there is none. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | null {
  return authorization === undefined ? null : (BEARER.exec(authorization)?.[1] ?? null)
}

/**
 * An end caller's key, from `Authorization: Bearer` or `X-API-Key`.
 * @throws AppError `MALFORMED_REQUEST` when both are there and differ: guessing which is meant could let the wrong one in.
 */
export function callerKeyOf(headers: IncomingHttpHeaders): string | null {
  const bearer = bearerOf(headers)
  const header = headers['x-api-key']
  if (header === undefined || header === '') return bearer
  if (typeof header !== 'string' || (bearer !== null && bearer !== header)) {
    throw new AppError('MALFORMED_REQUEST', 'Authorization and X-API-Key hold different keys; send one of them.')
  }
  return header
}
