import { readAnswer } from './answer.ts'
import { ClavigerError } from './errors.ts'
import type { Settings } from './options.ts'

/** One call of one route, as its group describes it. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Made by `path`, so that nothing in it can lead elsewhere. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: object
  /** Tells an answer of this route from any other JSON. */
  readonly isAnswer: (answer: Readonly<Record<string, unknown>>) => boolean
}

/** For a single call. */
export interface CallOptions {
  /** Gives the call up; it then throws the signal's reason, as `fetch` does. What was asked may be done all the same. */
  signal?: AbortSignal
}

/** @throws ClavigerError where there is no answer or the answer is a refusal. */
export type Send = <Answer extends object>(call: Call, options?: CallOptions) => Promise<Answer>

export function createTransport({ baseUrl, key, fetch, timeoutMs, userAgent }: Settings): Send {
  const { host } = new URL(baseUrl)
  return async (call, { signal } = {}) => {
    signal?.throwIfAborted()
    const timeout = AbortSignal.timeout(timeoutMs)
    const request: RequestInit = {
      method: call.method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${key.reveal()}`,
        'user-agent': userAgent,
        ...(call.body && { 'content-type': 'application/json' }),
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
    if (value !== undefined) given.set(name, String(value))
  }
  return given.size === 0 ? '' : `?${given}`
}

/** The operating system's word for it, e.g. ` (ECONNREFUSED)`; Node keeps it one error further down. */
function systemCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
