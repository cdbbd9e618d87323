import { ClavigerError } from '@claviger/sdk'
import { useRef } from 'react'

interface Attempt<Request> {
  asked: string
  request: Request
  idempotencyKey: string
}

type Make<Request, Answer> = (request: Request, options: { idempotencyKey: string }) => Promise<Answer>

/**
 * For what must not be made twice. A request whose answer got lost on the way may have been done all the same: asked
 * for again it goes out word for word as before and under the same name, by which the server knows it.
 * @param make sends it. @param toRequest is not asked anew for a second try: a time in it would be another.
 */
export function useOnce<Asked, Request, Answer>(
  toRequest: (asked: Asked) => Request,
  make: Make<Request, Answer>,
): (asked: Asked) => Promise<Answer> {
  const unanswered = useRef<Attempt<Request>>(null)
  return async (asked) => {
    const text = JSON.stringify(asked)
    if (unanswered.current?.asked !== text) {
      unanswered.current = { asked: text, request: toRequest(asked), idempotencyKey: randomName() }
    }
    const { request, idempotencyKey } = unanswered.current
    try {
      const answer = await make(request, { idempotencyKey })
      unanswered.current = null
      return answer
    } catch (error) {
      if (isRefusal(error)) unanswered.current = null
      throw error
    }
  }
}

/** Nothing was done, for sure. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ClavigerError) || error.status === null) return false
  return error.status >= 400 && error.status < 500 && error.code !== 'IDEMPOTENCY_IN_PROGRESS'
}

/** Not `crypto.randomUUID`, which a page without TLS does not have. */
function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
