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

export function createTransport(settings: Settings): Send {
  const { fetch, timeoutMs } = settings
  return async (call, options = {}) => {
    const { signal } = options
    signal?.throwIfAborted()
    const timeout = AbortSignal.timeout(timeoutMs)
    let response: Response
    let text: string
    try {
      response = await fetch(urlOf(settings, call), requestOf(settings, call, options, 'application/json', timeout))
      text = await response.text()
    } catch (cause) {
      signal?.throwIfAborted()
      throw unreachable(settings, timeout, cause)
    }
    return readAnswer(response, text, call.isAnswer)
  }
}

export function urlOf({ baseUrl }: Settings, call: Pick<Call, 'path' | 'query'>): string {
  return `${baseUrl}${call.path}${queryOf(call)}`
}

/** @param end of the call for reasons of time; the caller's own signal ends it as well. */
export function requestOf(
  { key, userAgent }: Settings,
  { method, body }: Pick<Call, 'method' | 'body'>,
  { signal, idempotencyKey, ifVersion }: CallOptions,
  accept: string,
  end: AbortSignal,
): RequestInit {
  return {
    method,
    headers: {
      accept,
      // A browser goes by its own name.
      ...(key && { authorization: `Bearer ${key.reveal()}`, 'user-agent': userAgent }),
      ...(body && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(ifVersion !== undefined && { 'if-match': `"${ifVersion}"` }),
    },
    credentials: key ? 'omit' : 'same-origin',
    // A redirect would turn a POST into a GET, or carry the question to whoever the answer names.
    redirect: 'manual',
    signal: signal ? AbortSignal.any([signal, end]) : end,
    ...(body && { body: JSON.stringify(body) }),
  }
}

export function unreachable(
  { baseUrl, timeoutMs }: Settings,
  timeout: AbortSignal,
  cause: unknown,
  otherwise = 'cannot be reached',
): ClavigerError {
  const why = timeout.aborted ? `did not answer within ${timeoutMs} ms` : `${otherwise}${systemCode(cause)}`
  return new ClavigerError('UNREACHABLE', `${new URL(baseUrl).host} ${why}.`, { cause })
}

function queryOf({ query = {} }: Pick<Call, 'query'>): string {
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
