import { AppError, DENIALS, type KeyFacts, type Product, type VerifyAnswer, type VerifyRequest } from '@claviger/core'
import { LRUCache } from 'lru-cache'
import { Type } from 'typebox'
import type { Actor } from '../../domain/actor.ts'
import { unknownScope } from '../../domain/grants.ts'
import type { RateLimitState } from '../../engine/limits.ts'
import type { Verdict, Verifier } from '../../engine/verifier.ts'
import { actorOf } from '../access.ts'
import { fitToKeep } from '../fit-to-keep.ts'
import { presentVerified } from '../present.ts'
import { VerdictShape, VerifyBatchBody, VerifyBody } from '../schemas/verdicts.ts'
import type { App } from '../type-provider.ts'

const NO_SCOPES: readonly string[] = []
const NO_RESOURCES: Readonly<Record<string, string>> = {}

const JSON_TYPE = 'application/json; charset=utf-8'
/** Far fewer than are remembered: what is written beside them is outside the bound of memory for each key. */
const WRITTEN_KEYS = 10_000

/** The main job: may this request pass? */
export function registerVerify(app: App, customers: Verifier, product: Product): void {
  const catalogue = new Set(product.scopes.map(({ id }) => id))
  const isUnknown = (scope: string) => !catalogue.has(scope)

  const ask = (question: VerifyRequest, { boundTo, ref, requestId }: Actor): Verdict | Promise<Verdict> => {
    const { key, scopes = NO_SCOPES, resources = NO_RESOURCES, organizationId, ip, cost, client } = question
    return customers.verify({
      key,
      scopes,
      resources,
      organizationId: organizationId ?? null,
      cost: cost ?? 1,
      askedFor: boundTo,
      ip: fitToKeep(ip),
      userAgent: fitToKeep(client?.userAgent),
      client: fitToKeep(client?.name),
      requestId,
      asker: ref.id,
    })
  }

  const keys = new LRUCache<KeyFacts, string>({ max: WRITTEN_KEYS })
  /** The same as `answer`, in JSON: of a key that is asked about again and again the most part is there already. */
  const write = (verdict: Verdict, requestId: string): string => {
    if (!verdict.valid) return JSON.stringify(answer(verdict, requestId))
    const { facts, rateLimit } = verdict
    let key = keys.get(facts)
    if (key === undefined) {
      key = JSON.stringify(presentVerified(facts))
      keys.set(facts, key)
    }
    const limit = rateLimit === null ? 'null' : JSON.stringify(left(rateLimit))
    // A request id is of this server's making, and needs no escapes.
    return `{"valid":true,"code":"VALID","key":${key},"rateLimit":${limit},"requestId":"${requestId}"}`
  }

  app.post(
    '/v1/keys/verify',
    {
      config: { access: { service: 'keys:verify' }, action: 'key.verify', asks: true, quiet: true },
      schema: {
        tags: ['verdicts'],
        summary: 'Ask whether a key may pass',
        description:
          'Always 200 for a well-formed question; the verdict is in the body. 429 is no verdict: this source (`ip`, or the ' +
          'asking service key where there is none) has asked for too many keys that do not exist.',
        body: VerifyBody,
        response: { 200: VerdictShape },
      },
    },
    (request, reply) => {
      const { scopes = NO_SCOPES } = request.body
      if (scopes.some(isUnknown)) throw unknownScope(scopes.filter(isUnknown))
      const verdict = ask(request.body, actorOf(request))
      reply.type(JSON_TYPE)
      return verdict instanceof Promise ? verdict.then((late) => write(late, request.id)) : write(verdict, request.id)
    },
  )

  app.post(
    '/v1/keys/verify-batch',
    {
      bodyLimit: 1024 * 1024,
      config: { access: { service: 'keys:verify' }, action: 'key.verify', asks: true, quiet: true },
      schema: {
        tags: ['verdicts'],
        summary: 'Ask up to 100 questions at once',
        description:
          'Decided one after the other, so that earlier ones spend credits and limits first. A question that would be ' +
          'refused with 429 by itself is answered RATE_LIMITED here, and the others as if it were not there.',
        body: VerifyBatchBody,
        response: { 200: Type.Object({ items: Type.Array(VerdictShape) }) },
      },
    },
    async (request) => {
      const questions = request.body.items
      const unknown = questions.flatMap(({ scopes = NO_SCOPES }) => scopes.filter(isUnknown))
      if (unknown.length > 0) throw unknownScope([...new Set(unknown)])
      const actor = actorOf(request)
      const items: VerifyAnswer[] = []
      for (const question of questions) {
        const verdict = await Promise.resolve(ask(question, actor)).catch(throttled)
        items.push(verdict instanceof AppError ? refusal(verdict, request.id) : answer(verdict, request.id))
      }
      return { items }
    },
  )
}

/** One source that guesses must not take the others' answers with it, nor what they have spent. */
function throttled(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'RATE_LIMITED') return error
  throw error
}

function refusal({ message }: AppError, requestId: string): VerifyAnswer {
  return { valid: false, code: 'RATE_LIMITED', message, requestId }
}

function answer(verdict: Verdict, requestId: string): VerifyAnswer {
  if (!verdict.valid) {
    const { code } = verdict
    return { valid: false, code, message: DENIALS[code].message, requestId }
  }
  const { facts, rateLimit } = verdict
  return { valid: true, code: 'VALID', key: presentVerified(facts), rateLimit: rateLimit && left(rateLimit), requestId }
}

function left({ limit, remaining, resetSeconds }: RateLimitState) {
  return { limit, remaining, resetSeconds }
}
