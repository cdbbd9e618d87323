import { isUtf8 } from 'node:buffer'
import { AppError } from '@claviger/core'
import type { FastifyRequest } from 'fastify'
import type { App } from './type-provider.ts'

/** An escape that may be half of a surrogate pair. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/
/** How `JSON.stringify` writes one that stands alone. */
const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/

type Done = (error: Error | null, body?: unknown) => void

/**
 * Reads bodies as JSON in UTF-8 (RFC 8259, section 8.1) and as nothing else. What is not well-formed is refused, not
 * repaired: a name that comes back as another one than was sent is not the name that was sent.
 */
export function registerJsonBody(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  const read = (request: FastifyRequest, bytes: Buffer, done: Done): void => {
    const text = decode(bytes)
    // Some clients name a type for whatever they send, also for nothing.
    if (text === '' && !needsBody(request)) done(null)
    else if (text === null) done(new AppError('MALFORMED_REQUEST', 'The body is not UTF-8.'))
    else if (isHarmless(text)) readQuickly(request, text, done)
    else void parse(request, text, (error, body) => done(error ?? refusal(text, body), body))
  }
  const readQuickly = (request: FastifyRequest, text: string, done: Done): void => {
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      return void parse(request, text, done)
    }
    done(null, body)
  }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['application/json', 'application/merge-patch+json'], { parseAs: 'buffer' }, read)
}

/** No member of it, however it is spelled, can reach a prototype, and no escape is half of a surrogate pair. */
function isHarmless(text: string): boolean {
  return !text.includes('\\') && !text.includes('__proto__') && !text.includes('constructor')
}

function needsBody({ routeOptions: { config, schema } }: FastifyRequest): boolean {
  return schema?.body !== undefined && !config.bodyOptional
}

function decode(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

function refusal(text: string, body: unknown): AppError | null {
  if (!SURROGATE_ESCAPE.test(text) || !LONE_SURROGATE.test(JSON.stringify(body))) return null
  return new AppError('MALFORMED_REQUEST', 'The body holds half of a surrogate pair, which is no character.')
}
