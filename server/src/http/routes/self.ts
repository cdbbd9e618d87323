import { AppError, DENIALS, statusOf } from '@claviger/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { revokeSelf } from '../../domain/end-key.ts'
import type { Domain } from '../../domain/ports.ts'
import type { Verdict, Verifier } from '../../engine/verifier.ts'
import { readActor } from '../access.ts'
import { callerKeyOf } from '../credentials.ts'
import { presentVerified } from '../present.ts'
import { tellRateLimit, tellRetryAfter } from '../rate-limit-fields.ts'
import { changed, statusFor } from '../receipts.ts'
import { ReceiptShape, strict } from '../schemas/parts.ts'
import { SelfShape } from '../schemas/verdicts.ts'
import type { App } from '../type-provider.ts'
import { userAgentOf } from '../user-agent.ts'

type Admitted = Extract<Verdict, { valid: true }>

/** What the holder of a customer's key may do with that key. */
export function registerSelf(app: App, domain: Domain, customers: Verifier): void {
  app.get(
    '/v1/keys/self',
    {
      config: { access: 'holder', action: 'key.read' },
      schema: { tags: ['holder'], summary: 'Who am I', response: { 200: SelfShape } },
    },
    async (request, reply) => {
      const verdict = await admit(customers, request, reply, 1)
      return presentSelf(verdict)
    },
  )

  app.post(
    '/v1/keys/self/revoke',
    {
      config: { access: 'holder', action: 'key.revoke', bodyOptional: true },
      schema: {
        tags: ['holder'],
        summary: 'End the key that this request is made with',
        body: Type.Object({}, strict),
        response: changed(200, Type.Object({ key: SelfShape, receipt: ReceiptShape }, strict)),
      },
    },
    async (request, reply) => {
      // A key that has used up its limits can still be ended.
      const verdict = await admit(customers, request, reply, 0)
      const { value, receipt } = await revokeSelf(domain, readActor('key', verdict.facts, request))
      reply.code(statusFor(receipt, 200))
      return { key: { ...presentSelf(verdict), status: statusOf(value, domain.clock.now()) }, receipt }
    },
  )
}

/** Metadata is the operator's own note on a key and is not the holder's to read. */
function presentSelf({ facts, prefix }: Admitted) {
  const { metadata: _, ...self } = presentVerified(facts)
  return { ...self, prefix, status: 'active' as const }
}

/** @throws AppError that says no more than its status: why a key was refused is told to its admins, by request id. */
async function admit(
  customers: Verifier,
  request: FastifyRequest,
  reply: FastifyReply,
  cost: number,
): Promise<Admitted> {
  const secret = callerKeyOf(request.headers)
  if (secret === null) throw new AppError('UNAUTHORIZED', 'Send your key as Authorization: Bearer … or X-API-Key.')
  const verdict = await customers.verify({
    key: secret,
    scopes: [],
    resources: {},
    organizationId: null,
    ip: request.ip,
    userAgent: userAgentOf(request),
    client: null,
    requestId: request.id,
    cost,
    askedFor: null,
    asker: null,
  })
  tellRateLimit(reply, verdict.rateLimit)
  if (verdict.valid) return verdict
  const { outward } = DENIALS[verdict.code]
  if (outward === 401) throw new AppError('UNAUTHORIZED', 'This key is not valid.')
  if (verdict.facts) request.actor = readActor('key', verdict.facts, request)
  if (outward === 403) throw new AppError('FORBIDDEN', 'This key may not be used for this request.')
  tellRetryAfter(reply, verdict.retryAfterSeconds)
  throw new AppError('RATE_LIMITED', 'This key has reached its limit.')
}
