import { AppError, covers } from '@claviger/core'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Actor } from '../domain/actor.ts'
import { missingScope } from '../domain/refusals.ts'
import { SERVICE_TAG, type ServiceScope } from '../domain/service-catalogue.ts'
import type { Verdict, Verifier } from '../engine/verifier.ts'
import { bearerOf } from './credentials.ts'
import { userAgentOf } from './user-agent.ts'

/**
 * Who may call a route: a service key with this scope, the holder of a customer's key (the route itself looks at the
 * key), or anyone.
 */
export type Access = { service: ServiceScope } | 'holder' | 'anyone'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyInstance {
    /** Every route with who may call it. */
    accessOfRoutes(): readonly { method: string; url: string; access: Access }[]
  }
  interface FastifyRequest {
    /** Set on routes for service keys. */
    actor: Actor | null
  }
}

/** A route that does not say who may call it does not start. */
export function requireDeclaredAccess(route: RouteOptions): Access {
  const access = route.config?.access
  if (access === undefined) throw new TypeError(`${route.method} ${route.url} does not declare who may call it`)
  return access
}

/** Lets through whom the route declares, and nobody else. */
export function registerAccess(app: FastifyInstance, services: Verifier): void {
  app.decorateRequest('actor', null)
  const routes: { method: string; url: string; access: Access }[] = []
  app.decorate('accessOfRoutes', () => routes)
  app.addHook('onRoute', (route) => {
    const access = requireDeclaredAccess(route)
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, access })
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const access = request.routeOptions.config.access
    // Without a route there is nothing to guard: the answer is 404 for everyone.
    if (access === undefined || access === 'anyone' || access === 'holder') return done()
    const secret = bearerOf(request.headers)
    if (secret === null) return done(new AppError('UNAUTHORIZED', 'Send a service key as Authorization: Bearer clv_….'))
    const admit = (verdict: Verdict) => {
      request.actor = admitService(verdict, access.service, request)
    }
    const verdict = services.verify({
      key: secret,
      scopes: [],
      resources: {},
      organizationId: null,
      ip: request.ip,
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

function admitService(verdict: Verdict, scope: ServiceScope, request: FastifyRequest): Actor {
  if (!verdict.valid) {
    throw new AppError('UNAUTHORIZED', `The service key is not valid. Create one with: claviger service-key create`)
  }
  const { facts } = verdict
  if (!covers(facts.scopes, scope)) throw missingScope(scope)
  return {
    ref: { type: 'service-key', id: facts.id, name: facts.name },
    boundTo: facts.organizationId,
    ip: request.ip,
    userAgent: userAgentOf(request),
    requestId: request.id,
  }
}

/** Service keys' own scopes touch no resources. */
export const SERVICE_AUDIENCE = { catalogue: 'service', tags: [SERVICE_TAG], kindsOf: () => [] } as const

/** @returns who asks; only on routes for service keys. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new TypeError(`${request.routeOptions.url} is not a route for service keys`)
  return request.actor
}
