import type { Right } from '@claviger/core'
import type { RouteOptions } from 'fastify'
import type { Actor } from '../domain/actor.ts'
import type { SignedIn } from '../domain/identity.ts'
import type { ServiceScope } from '../domain/service-catalogue.ts'

/** A service key with this scope, or a person whose role in the organization has this right: by default the same. */
export interface ServiceAccess {
  service: ServiceScope
  right?: Right
}

/**
 * Who may call a route: as `ServiceAccess` says, any person who is signed in, the holder of a customer's key (the route
 * itself looks at the key), or anyone.
 */
export type Access = ServiceAccess | 'person' | 'holder' | 'anyone'

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
    /** The person behind a session. */
    signedIn: SignedIn | null
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
