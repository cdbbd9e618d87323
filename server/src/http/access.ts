import { AppError, covers, type KeyFacts } from '@claviger/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../domain/actor.ts'
import { missingScope } from '../domain/refusals.ts'
import type { ServiceScope } from '../domain/service-catalogue.ts'
import type { Verdict, Verifier } from '../engine/verifier.ts'
import { bearerOf } from './credentials.ts'
import { type DeclaredRoute, isChange, requireDeclaredAccess } from './declared-access.ts'
import { admitPerson, hasSession, requireSameOrigin, requireSession, type SessionParts } from './sessions.ts'
import { userAgentOf } from './user-agent.ts'

/** Lets through whom the route declares, and nobody else. */
export function registerAccess(app: FastifyInstance, services: Verifier, people: SessionParts): void {
  app.decorateRequest('actor', null)
  app.decorateRequest('signedIn', null)
  const routes: DeclaredRoute[] = []
  app.decorate('accessOfRoutes', () => routes)
  app.addHook('onRoute', (route) => {
    const declared = requireDeclaredAccess(route)
    for (const method of [route.method].flat()) {
      routes.push({ ...declared, method, changes: isChange(method, route.config?.asks) })
    }
  })
  app.addHook('onRequest', (request, reply, done) => {
    const access = request.routeOptions.config.access
    // Without a route there is nothing to guard: the answer is 404 for everyone.
    if (access === undefined || access === 'holder') return done()
    if (access === 'anyone') {
      // Whoever may change something without a credential gets one, or gives theirs up: it is done with cookies.
      if (isChange(request.method, request.routeOptions.config.asks)) requireSameOrigin(request, people.publicUrl())
      return done()
    }
    if (access === 'person') {
      requireSession(people, request, reply).then(() => done(), done)
      return
    }
    const secret = bearerOf(request.headers)
    if (secret === null) {
      if (request.headers.authorization === undefined && hasSession(request)) {
        admitPerson(people, access, request, reply).then(() => done(), done)
        return
      }
      return done(new AppError('UNAUTHORIZED', 'Send a service key as Authorization: Bearer clv_…, or sign in.'))
    }
    const admit = (verdict: Verdict) => {
      admitService(verdict, access.service, request)
    }
    const verdict = services.verify({
      key: secret,
      scopes: [],
      resources: {},
      organizationId: null,
      ip: request.ip,
      // Of service keys no more is kept than when and from where they were last used.
      userAgent: null,
      client: null,
      requestId: request.id,
      cost: 0,
      askedFor: null,
      asker: null,
    })
    if (verdict instanceof Promise) {
      verdict.then(admit).then(() => done(), done)
      return
    }
    try {
      admit(verdict)
    } catch (error) {
      return done(error as Error)
    }
    done()
  })
}

function admitService(verdict: Verdict, scope: ServiceScope, request: FastifyRequest): void {
  if (!verdict.valid) {
    throw new AppError('UNAUTHORIZED', `The service key is not valid. Create one with: claviger service-key create`)
  }
  // Before what it may do is looked at: a refusal is recorded with its name.
  request.actor = readActor('service-key', verdict.facts, request)
  if (!covers(verdict.facts.scopes, scope)) throw missingScope(scope)
}

/** Whoever holds this key, as the one who makes this request. */
export function readActor(
  type: 'service-key' | 'key',
  { id, name, organizationId }: Pick<KeyFacts, 'id' | 'name' | 'organizationId'>,
  request: FastifyRequest,
): Actor {
  return {
    ref: { type, id, name },
    boundTo: organizationId,
    ip: request.ip,
    userAgent: userAgentOf(request),
    requestId: request.id,
  }
}

/** @returns who asks; only on routes that not just anyone may call. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new TypeError(`${request.routeOptions.url} does not know who asks`)
  return request.actor
}
