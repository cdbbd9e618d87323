import { ERROR_CODES, type ErrorEnvelope } from '@claviger/core'
import { expect } from 'vitest'

/** Asserts that an answer is an error as every client can read it, and not one that nobody foresaw. */
export function expectEnvelope(
  answer: { status: number; header: (name: string) => string | undefined; body: string },
  about: string,
): ErrorEnvelope['error'] {
  expect(answer.status, about).not.toBe(500)
  expect(answer.header('content-type'), about).toBe('application/json; charset=utf-8')
  const envelope: ErrorEnvelope = JSON.parse(answer.body)
  const { error } = envelope
  expect(envelope, about).toEqual({
    error: {
      code: expect.any(String),
      message: expect.any(String),
      details: expect.any(Object),
      requestId: expect.any(String),
    },
  })
  expect(ERROR_CODES, about).toHaveProperty(error.code)
  expect(ERROR_CODES[error.code as keyof typeof ERROR_CODES].status, about).toBe(answer.status)
  expect(answer.header('x-request-id'), about).toBe(error.requestId)
  expect(error.message, about).not.toMatch(/^ {4}at |\.[jt]s\b|node_modules|SQLITE/m)
  return error
}
