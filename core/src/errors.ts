interface ErrorDefinition {
  /** The HTTP status it is answered with. */
  readonly status: number
  /** One sentence for the documentation. */
  readonly summary: string
}

/** Every code a refusal or a fault can carry. Documentation and OpenAPI are generated from it. */
export const ERROR_CODES = {
  VALIDATION_FAILED: { status: 400, summary: 'Some fields are missing, unknown or wrong; `details` names each.' },
  MALFORMED_REQUEST: { status: 400, summary: 'The request cannot be read, for example because its JSON is broken.' },
  UNKNOWN_SCOPE: { status: 400, summary: 'A scope is named that the catalogue does not have.' },
  UNAUTHORIZED: { status: 401, summary: 'The credential is missing or is not accepted.' },
  FORBIDDEN: { status: 403, summary: 'The credential is accepted but does not allow this.' },
  SCOPE_EXCEEDS_GRANTOR: { status: 403, summary: 'Nobody can grant scopes beyond their own.' },
  FRESH_SIGN_IN_REQUIRED: { status: 403, summary: 'Confirm who you are once more, then repeat the request.' },
  NOT_FOUND: { status: 404, summary: 'There is no such thing, or it is not yours to see.' },
  KEY_NOT_REVOKED: { status: 409, summary: 'The key has to be revoked before it can be deleted.' },
  KEY_REVOKED: { status: 409, summary: 'The key is revoked, which is final.' },
  KEY_EXPIRED: { status: 409, summary: 'The key is past its expiry; extend it first.' },
  KEY_PENDING: { status: 409, summary: 'The key still waits for approval.' },
  KEY_NOT_PENDING: { status: 409, summary: 'The key does not wait for approval.' },
  KEY_LIMIT_REACHED: { status: 409, summary: 'The plan has no room for another key.' },
  KEY_IN_USE: { status: 409, summary: 'The key was accepted in the last 24 hours; `details` lists who uses it.' },
  ROTATION_NOT_IN_PROGRESS: { status: 409, summary: 'The key is not in an overlap of two secrets.' },
  KEY_EXISTS: { status: 409, summary: 'A key with this secret is known here already.' },
  LAST_OWNER: {
    status: 409,
    summary:
      'The organization would be without an owner, or the deployment without an operator; name another one first.',
  },
  MEMBER_EXISTS: { status: 409, summary: 'This person is a member, or has an account, already.' },
  INVITATION_CLOSED: { status: 409, summary: 'The invitation was accepted or taken back; make a new one.' },
  VERSION_CONFLICT: { status: 409, summary: 'It has changed since the version that the request was based on.' },
  IDEMPOTENCY_IN_PROGRESS: { status: 409, summary: 'The first request with this idempotency key is still running.' },
  PAYLOAD_TOO_LARGE: { status: 413, summary: 'The request body is larger than the route takes.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, summary: 'The request body is not of a type that the route reads.' },
  IDEMPOTENCY_MISMATCH: { status: 422, summary: 'The idempotency key was used before with another request body.' },
  RATE_LIMITED: { status: 429, summary: 'Too much was asked for; `Retry-After` says when to try again.' },
  INTERNAL: { status: 500, summary: 'A fault of the server; the request id leads to its log entry.' },
  UNAVAILABLE: { status: 503, summary: 'The server cannot answer truthfully at this moment; repeating is safe.' },
} as const satisfies Record<string, ErrorDefinition>

export type ErrorCode = keyof typeof ERROR_CODES

/**
 * A refusal, or a fault with a code of its own. `message` and `details` reach the client, so neither may hold
 * a secret or an internal; what the server's log should know goes into `options.cause`.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }

  get status(): number {
    return ERROR_CODES[this.code].status
  }
}
