import { readAnswer } from './answer.ts'
import { ClavigerError } from './errors.ts'
import type { Settings } from './options.ts'

/** One call of one route, as its group describes it. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Made by `path`, so that nothing in it can lead elsewhere. */
  readonly path: string
  /** A list is given once for each of its members. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly body?: object
  /** Tells an answer of this route from any other JSON. */
  readonly isAnswer: (answer: Readonly<Record<string, unknown>>) => boolean
}

/** For a single call. */
export interface CallOptions {
  /** Gives the call up; it then throws the signal's reason, as `fetch` does. What was asked may be done all the same. */
  signal?: AbortSignal
  /**
   * Your own name for this request, 1–255 printable characters: sent again within a day it is not done again, and
   * answers as it did, without the secret. For calls that create or rotate.
   */
  idempotencyKey?: string
  /** The version that an edit is based on; where the thing has changed since, the edit is refused. */
  ifVersion?: number
}

/** @throws ClavigerError where there is no answer or the answer is a refusal. */
export type Send = <Answer extends object>(call: Call, options?: CallOptions) => Promise<Answer>

export function createTransport({ baseUrl, key, fetch, timeoutMs, userAgent }: Settings): Send {
  const { host } = new URL(baseUrl)
  return async (call, { signal, idempotencyKey, ifVersion } = {}) => {
    signal?.throwIfAborted()
    const timeout = AbortSignal.timeout(timeoutMs)
    const request: RequestInit = {
      method: call.method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${key.reveal()}`,
        'user-agent': userAgent,
        ...(call.body && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        ...(ifVersion !== undefined && { 'if-match': `"${ifVersion}"` }),
      },
      // A redirect would turn a POST into a GET, or carry the question to whoever the answer names.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(call.body && { body: JSON.stringify(call.body) }),
    }
    let response: Response
    let text: string
    try {
      response = await fetch(`${baseUrl}${call.path}${queryOf(call)}`, request)
      text = await response.text()
    } catch (cause) {
      signal?.throwIfAborted()
      const why = timeout.aborted ? `did not answer within ${timeoutMs} ms` : `cannot be reached${systemCode(cause)}`
      throw new ClavigerError('UNREACHABLE', `${host} ${why}.`, { cause })
    }
    return readAnswer(response, text, call.isAnswer)
  }
}

function queryOf({ query = {} }: Call): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined) given.append(name, String(one))
  }
  return given.size === 0 ? '' : `?${given}`
}

/** The operating system's word for it, e.g. ` (ECONNREFUSED)`; Node keeps it one error further down. */
function systemCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
