import { DENIALS, type Product, type VerifyAnswer } from '@claviger/core'
import { unknownScope } from '../../domain/grants.ts'
import type { Verdict, Verifier } from '../../engine/verifier.ts'
import { actorOf } from '../access.ts'
import { presentVerified } from '../present.ts'
import { VerdictShape, VerifyBody } from '../schemas.ts'
import type { App } from '../type-provider.ts'

const NO_SCOPES: readonly string[] = []
const NO_RESOURCES: Readonly<Record<string, string>> = {}

/** The main job: may this request pass? */
export function registerVerify(app: App, customers: Verifier, product: Product): void {
  const catalogue = new Set(product.scopes.map(({ id }) => id))

  app.post(
    '/v1/keys/verify',
    {
      config: { access: { service: 'keys:verify' }, quiet: true },
      schema: {
        tags: ['verdicts'],
        summary: 'Ask whether a key may pass',
        description: 'Always 200 for a well-formed question; the verdict is in the body.',
        body: VerifyBody,
        response: { 200: VerdictShape },
      },
    },
    (request) => {
      const { key, scopes = NO_SCOPES, resources = NO_RESOURCES, organizationId, ip } = request.body
      const unknown = scopes.filter((scope) => !catalogue.has(scope))
      if (unknown.length > 0) throw unknownScope(unknown)
      const verdict = customers.verify({
        key,
        scopes,
        resources,
        organizationId: organizationId ?? null,
        ip: ip ?? null,
        askedFor: actorOf(request).boundTo,
      })
      return verdict instanceof Promise ? verdict.then((late) => answer(late, request.id)) : answer(verdict, request.id)
    },
  )
}

function answer(verdict: Verdict, requestId: string): VerifyAnswer {
  if (!verdict.valid) {
    const { code } = verdict
    return { valid: false, code, message: DENIALS[code].message, requestId }
  }
  return { valid: true, code: 'VALID', key: presentVerified(verdict.facts), rateLimit: null, requestId }
}
