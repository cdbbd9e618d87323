import { AppError, type ErrorCode, type ErrorEnvelope, withoutSecrets } from '@claviger/core'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { ChangeNotNoted, CommitUnknown, DatabaseUnavailable } from '../domain/ports.ts'
import type { RefusalRecorder } from '../engine/refusal-recorder.ts'
import { isChange } from './declared-access.ts'
import { fieldErrors } from './field-errors.ts'
import type { OutageLog } from './outage-log.ts'
import { tellRetryAfter } from './rate-limit-fields.ts'
import { attemptOf } from './refused-attempt.ts'

export type AnswerError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void

/** The one place where what went wrong becomes an answer. */
export function createErrorAnswers(log: Logger, outages: OutageLog): AnswerError {
  return (error, request, reply) => answer(toAppError(error, log, outages, request.id), request, reply)
}

/** Also the one place where a refusal becomes an event of the audit log. */
export function registerErrors(app: FastifyInstance, answerError: AnswerError, refusals: RefusalRecorder): void {
  app.setErrorHandler((error, request, reply) => {
    const attempt = attemptOf(error, request)
    if (!attempt || !request.actor) return answerError(error, request, reply)
    const { access, asks } = request.routeOptions.config
    // An operator's changes are never too many to be told of; whoever holds a customer's key could have stolen it.
    const bounded = !isChange(request.method, asks) || access === 'holder'
    return refusals.record(request.actor, attempt, bounded).then(() => {
      answerError(error, request, reply)
      return reply
    })
  })
  app.setNotFoundHandler((request, reply) => {
    answerError(new AppError('NOT_FOUND', `There is no ${request.method} route at this path.`), request, reply)
  })
}

function answer(known: AppError, request: FastifyRequest, reply: FastifyReply): void {
  if (known.code === 'UNAUTHORIZED') reply.header('www-authenticate', challenge(request))
  // Of a body that was not read to its end the rest would be taken for the next request.
  if (known.code === 'PAYLOAD_TOO_LARGE') reply.header('connection', 'close')
  const { retryAfterSeconds } = known.details
  if (typeof retryAfterSeconds === 'number') tellRetryAfter(reply, retryAfterSeconds)
  reply.code(known.status).send(envelope(known, request.id))
}

/** RFC 6750, section 3: no error code where no credential was sent. */
function challenge({ headers }: FastifyRequest): string {
  const sent = headers.authorization !== undefined || headers['x-api-key'] !== undefined
  return `Bearer realm="claviger"${sent ? ', error="invalid_token"' : ''}`
}

/** What a caller may know of an error. Anything unforeseen is logged here and told as nothing but a request id. */
function toAppError(error: unknown, log: Logger, outages: OutageLog, requestId: string): AppError {
  if (error instanceof AppError) {
    if (error.code === 'UNAVAILABLE') outages.note(error, requestId)
    else if (error.status >= 500) log.error({ requestId, err: error }, error.message)
    return error
  }
  if (error instanceof ChangeNotNoted) {
    log.error({ err: error }, error.message)
    return new AppError(
      'UNAVAILABLE',
      'The change is made, but cannot be noted outside the database now. It is safe to repeat it, for a receipt.',
    )
  }
  if (error instanceof CommitUnknown) {
    log.error({ requestId, err: error }, error.message)
    return new AppError('UNAVAILABLE', 'It is not known whether the change was made. It is safe to repeat it.')
  }
  if (error instanceof DatabaseUnavailable) {
    outages.note(error, requestId)
    return new AppError(
      'UNAVAILABLE',
      'The database cannot do this now, and nothing was done. It is safe to repeat it.',
    )
  }
  if (error instanceof Error) {
    const refusal = fromFramework(error as Partial<FastifyError>)
    if (refusal) return refusal
  }
  log.error({ requestId, err: error }, 'unforeseen error')
  return new AppError('INTERNAL', 'Something went wrong here. The request id finds it in the log.')
}

const FRAMEWORK_CODES: Readonly<Record<string, [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as Content-Type: application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body is larger than this route accepts.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['MALFORMED_REQUEST', 'The body is empty; send JSON or no Content-Type.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['MALFORMED_REQUEST', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED_REQUEST', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['MALFORMED_REQUEST', 'The path is not a valid URL path.'],
  FST_ERR_MAX_PARAM_LENGTH: ['NOT_FOUND', 'A part of the path is longer than any id.'],
}

function fromFramework(error: Partial<FastifyError>): AppError | null {
  if (error.validation) {
    const fields = fieldErrors(error.validation, error.validationContext ?? 'body')
    const [first] = Object.entries(fields)
    return new AppError('VALIDATION_FAILED', first ? `${first[0]} ${first[1][0]}` : 'The request is not valid.', fields)
  }
  const known = FRAMEWORK_CODES[error.code ?? '']
  if (known) return new AppError(...known)
  // The client's fault in a way that has no entry above; its own words may quote the body, so they are not repeated.
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500 ? new AppError('MALFORMED_REQUEST', 'The request cannot be read.') : null
}

/** An error may name what was sent, a property or a scope, and that may be a secret in the wrong place. */
export function envelope({ code, message, details }: AppError, requestId: string): ErrorEnvelope {
  const error = JSON.stringify({ code, message, details, requestId })
  return { error: JSON.parse(withoutSecrets(error)) }
}
