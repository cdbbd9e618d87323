import formbody from '@fastify/formbody'
import type { Verdict, Verifier } from '../../engine/verifier.ts'
import { actorOf } from '../access.ts'
import { IntrospectBody, IntrospectionShape } from '../schemas/verdicts.ts'
import type { App } from '../type-provider.ts'

/** The standard's way to ask about a token. It is the one route that reads forms, as the standard has it. */
export function registerIntrospect(root: App, customers: Verifier): void {
  root.register((scope, _options, done) => {
    const app = scope as App
    app.register(formbody)
    app.post(
      '/v1/introspect',
      {
        config: { access: { service: 'keys:verify' }, action: 'key.introspect', asks: true, quiet: true },
        schema: {
          tags: ['verdicts'],
          summary: 'Token introspection (RFC 7662)',
          description: 'Costs nothing: it tells about a key and spends none of its credits or limits.',
          consumes: ['application/x-www-form-urlencoded', 'application/json'],
          body: IntrospectBody,
          response: { 200: IntrospectionShape },
        },
      },
      async (request) => {
        const { boundTo, ref } = actorOf(request)
        const verdict = await customers.verify({
          key: request.body.token,
          scopes: [],
          resources: {},
          organizationId: null,
          // The standard has no place for who presented the token.
          ip: null,
          userAgent: null,
          client: null,
          requestId: request.id,
          cost: 0,
          askedFor: boundTo,
          asker: ref.id,
        })
        return introspection(verdict)
      },
    )
    done()
  })
}

/** RFC 7662, section 2.2: of a token that cannot be used nothing is told but that. */
function introspection(verdict: Verdict) {
  if (!verdict.valid) return { active: false }
  const { id, name, scopes, organizationId, expiresAt } = verdict.facts
  return {
    active: true,
    token_type: 'Bearer',
    client_id: id,
    sub: id,
    username: name,
    scope: scopes.join(' '),
    ...(organizationId === null ? {} : { organization_id: organizationId }),
    ...(expiresAt === null ? {} : { exp: Math.floor(expiresAt / 1_000) }),
  }
}
