import { AppError, covers, type KeyFacts } from '@claviger/core'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Actor } from '../domain/actor.ts'
import { missingScope } from '../domain/refusals.ts'
import type { ServiceScope } from '../domain/service-catalogue.ts'
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
    /** What is asked for, noun and verb; of a change as the audit log has it. */
    action?: string
    /** Changes nothing, although it is a POST. */
    asks?: true
  }
  interface FastifyInstance {
    /** Every route with who may call it and what for. */
    accessOfRoutes(): readonly DeclaredRoute[]
  }
  interface FastifyRequest {
    /** Whoever is known to ask, also where the answer is no. */
    actor: Actor | null
  }
}

export interface DeclaredRoute {
  method: string
  url: string
  access: Access
  /** Null: whoever calls it is not known, so nobody is refused by name. */
  action: string | null
  /** False: it only asks. */
  changes: boolean
}

/** A route that does not say who may call it and what for does not start. */
export function requireDeclaredAccess(route: RouteOptions): Omit<DeclaredRoute, 'method' | 'changes'> {
  const { access, action = null } = route.config ?? {}
  const { method, url } = route
  if (access === undefined) throw new TypeError(`${method} ${url} does not declare who may call it`)
  if (access !== 'anyone' && action === null) throw new TypeError(`${method} ${url} does not declare its action`)
  return { url, access, action }
}

/** Whether a request is one for a change. */
export function isChange(method: string, asks: true | undefined): boolean {
  return method !== 'GET' && method !== 'HEAD' && !asks
}

/** Lets through whom the route declares, and nobody else. */
export function registerAccess(app: FastifyInstance, services: Verifier): void {
  app.decorateRequest('actor', null)
  const routes: DeclaredRoute[] = []
  app.decorate('accessOfRoutes', () => routes)
  app.addHook('onRoute', (route) => {
    const declared = requireDeclaredAccess(route)
    for (const method of [route.method].flat()) {
      routes.push({ ...declared, method, changes: isChange(method, route.config?.asks) })
    }
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const access = request.routeOptions.config.access
    // Without a route there is nothing to guard: the answer is 404 for everyone.
    if (access === undefined || access === 'anyone' || access === 'holder') return done()
    const secret = bearerOf(request.headers)
    if (secret === null) return done(new AppError('UNAUTHORIZED', 'Send a service key as Authorization: Bearer clv_….'))
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

/** @returns who asks; only on routes for service keys. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new TypeError(`${request.routeOptions.url} is not a route for service keys`)
  return request.actor
}
