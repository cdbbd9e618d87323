import { AppError, DENIALS } from '@claviger/core'
import type { Verifier } from '../../engine/verifier.ts'
import { callerKeyOf } from '../credentials.ts'
import { presentVerified } from '../present.ts'
import { SelfShape } from '../schemas.ts'
import type { App } from '../type-provider.ts'

/** What the holder of a customer's key may ask with that key. */
export function registerSelf(app: App, customers: Verifier): void {
  app.get(
    '/v1/keys/self',
    {
      config: { access: 'holder' },
      schema: { tags: ['holder'], summary: 'Who am I', response: { 200: SelfShape } },
    },
    async (request, reply) => {
      const secret = callerKeyOf(request.headers)
      if (secret === null) throw new AppError('UNAUTHORIZED', 'Send your key as Authorization: Bearer … or X-API-Key.')
      const verdict = await customers.verify({
        key: secret,
        scopes: [],
        resources: {},
        organizationId: null,
        ip: request.ip,
        askedFor: null,
      })
      if (!verdict.valid) throw refusal(DENIALS[verdict.code].outward)
      // Metadata is the operator's own note on a key and is not the holder's to read.
      const { metadata: _, ...self } = presentVerified(verdict.facts)
      reply.header('cache-control', 'no-store')
      return { ...self, prefix: verdict.prefix }
    },
  )
}

/** Says no more than the status: why a key was refused is told to its admins, by request id. */
function refusal(status: 401 | 403 | 429): AppError {
  if (status === 401) return new AppError('UNAUTHORIZED', 'This key is not valid.')
  if (status === 403) return new AppError('FORBIDDEN', 'This key may not be used for this request.')
  return new AppError('RATE_LIMITED', 'This key has reached its limit.')
}
