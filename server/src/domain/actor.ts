import { type ActorRef, AppError, covers, statusOf } from '@claviger/core'
import type { Reads } from './ports.ts'
import { missingScope, notFound } from './refusals.ts'
import type { RepeatableRequest } from './running-requests.ts'
import type { ServiceScope } from './service-catalogue.ts'

/** Who asks for a change, and from where. */
export interface Actor {
  ref: ActorRef
  /** The one organization a service key is bound to; null: all. */
  boundTo: string | null
  ip: string | null
  userAgent: string | null
  requestId: string
  /** Set where this very request may come again and must then change nothing more. */
  repeatable?: RepeatableRequest | undefined
}

/** Someone at the machine itself, who needs no credential: the owner of the data directory. */
export function machineActor(requestId: string): Actor {
  return {
    ref: { type: 'operator', id: null, name: 'command line' },
    boundTo: null,
    ip: null,
    userAgent: null,
    requestId,
  }
}

/**
 * Reads the actor's own rights again, after the change's place in the order is fixed: a service key revoked a moment
 * ago changes nothing any more.
 * @param scope what a service key needs; null: the change is only for the holder of a key, on that key.
 * @throws AppError `UNAUTHORIZED` or `FORBIDDEN`.
 */
export async function confirmRights(
  reads: Reads,
  actor: Actor,
  scope: ServiceScope | null,
  now: number,
): Promise<void> {
  if (actor.ref.type === 'operator') return
  const key = actor.ref.id === null ? undefined : await reads.key(actor.ref.id)
  const catalogue = scope === null ? 'product' : 'service'
  if (key?.catalogue !== catalogue || statusOf(key, now) !== 'active') {
    throw new AppError('UNAUTHORIZED', 'This key is no longer valid.')
  }
  if (scope !== null && !covers(key.scopes, scope)) throw missingScope(scope)
}

/** Refused like something that is not there: a 403 would confirm that it exists. */
export function requireReach(actor: Pick<Actor, 'boundTo'>, organizationId: string | null): void {
  if (actor.boundTo !== null && actor.boundTo !== organizationId) throw notFound('organization')
}

/** @throws AppError `FORBIDDEN` for a service key bound to one organization. */
export function requireUnbound(actor: Pick<Actor, 'boundTo'>): void {
  if (actor.boundTo !== null) {
    throw new AppError('FORBIDDEN', 'A service key bound to one organization cannot do this; use an unbound one.')
  }
}
