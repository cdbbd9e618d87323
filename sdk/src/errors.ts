import type { ErrorCode } from '@claviger/core'

export type ClavigerErrorCode =
  | ErrorCode
  /** There was no answer: nobody listens there, the name is unknown, or time ran out. A change may have been made. */
  | 'UNREACHABLE'
  /** There was an answer, but not one of Claviger's: a proxy's page, a redirect, another service. */
  | 'UNEXPECTED_ANSWER'
  /** A newer server can have codes that are not in this list; `status` says what kind they are of. */
  | (string & Record<never, never>)

/** The facts of a failed call besides its code and message. */
interface Circumstances extends ErrorOptions {
  status?: number
  details?: Record<string, unknown>
  requestId?: string | null
}

/**
 * Why a call has no result. A verdict that says no is none of these: it is the result of `verify`.
 * Neither message nor properties hold the client's key.
 */
export class ClavigerError extends Error {
  override readonly name = 'ClavigerError'
  readonly code: ClavigerErrorCode
  /** The HTTP status; null where there was no answer. */
  readonly status: number | null
  /** What the server says beyond the message; for `VALIDATION_FAILED` the problems by field. */
  readonly details: Record<string, unknown>
  /** Finds the call in the server's log; null where there was no answer, or it had none. */
  readonly requestId: string | null

  constructor(
    code: ClavigerErrorCode,
    message: string,
    { status, details, requestId, ...options }: Circumstances = {},
  ) {
    super(message, options)
    this.code = code
    this.status = status ?? null
    this.details = details ?? {}
    this.requestId = requestId ?? null
  }
}
