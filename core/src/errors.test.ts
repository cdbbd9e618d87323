import { describe, expect, test } from 'vitest'
import { AppError, ERROR_CODES, type ErrorCode } from './errors.ts'

const codes = Object.keys(ERROR_CODES) as ErrorCode[]

/** The codes clients program against, by HTTP status. */
const PUBLISHED: Record<number, readonly ErrorCode[]> = {
  400: ['VALIDATION_FAILED', 'MALFORMED_REQUEST', 'UNKNOWN_SCOPE'],
  401: ['UNAUTHORIZED'],
  403: ['FORBIDDEN', 'SCOPE_EXCEEDS_GRANTOR', 'FRESH_SIGN_IN_REQUIRED'],
  404: ['NOT_FOUND'],
  409: [
    'KEY_NOT_REVOKED',
    'KEY_REVOKED',
    'KEY_EXPIRED',
    'KEY_PENDING',
    'KEY_NOT_PENDING',
    'KEY_LIMIT_REACHED',
    'KEY_IN_USE',
    'ROTATION_NOT_IN_PROGRESS',
    'KEY_EXISTS',
    'LAST_OWNER',
    'MEMBER_EXISTS',
    'INVITATION_CLOSED',
    'VERSION_CONFLICT',
    'IDEMPOTENCY_IN_PROGRESS',
  ],
  413: ['PAYLOAD_TOO_LARGE'],
  415: ['UNSUPPORTED_MEDIA_TYPE'],
  422: ['IDEMPOTENCY_MISMATCH'],
  429: ['RATE_LIMITED'],
  500: ['INTERNAL'],
  503: ['UNAVAILABLE'],
}

describe('the table of codes', () => {
  test('gives each published code its status, and has no other', () => {
    for (const [status, published] of Object.entries(PUBLISHED)) {
      expect(codes.filter((code) => ERROR_CODES[code].status === Number(status))).toEqual(published)
    }
    expect(codes).toHaveLength(Object.values(PUBLISHED).flat().length)
  })

  test.each(codes)('%s is explained in a sentence', (code) => {
    expect(ERROR_CODES[code].summary).toMatch(/^[A-Z].{10,}\.$/)
  })
})

describe('an AppError', () => {
  test.each(codes)('%s carries its code, status, message and details', (code) => {
    const error = new AppError(code, 'No.', { field: 'name' })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'AppError', code, message: 'No.', details: { field: 'name' } })
    expect(error.status).toBe(ERROR_CODES[code].status)
  })

  test('has empty details and no cause unless they are given', () => {
    const error = new AppError('NOT_FOUND', 'No.')
    expect(error.details).toEqual({})
    expect('cause' in error).toBe(false)
    const cause = new Error('disk')
    expect(new AppError('INTERNAL', 'Fault.', {}, { cause }).cause).toBe(cause)
  })
})
