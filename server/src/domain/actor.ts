import { type ActorRef, AppError, covers, mayDo, type Right, type Role, statusOf } from '@claviger/core'
import type { Reads } from './ports.ts'
import { missingRight, missingScope, notFound } from './refusals.ts'
import type { RepeatableRequest } from './running-requests.ts'
import type { ServiceScope } from './service-catalogue.ts'

/** Who asks for a change, and from where. */
export interface Actor {
  ref: ActorRef
  /** The one organization this actor can reach; null: all. `NOWHERE` for a person who belongs to none. */
  boundTo: string | null
  /** The session of a person; undefined for everyone else. */
  sessionId?: string
  /** A person who has no session here, but has shown who they are in this very request. */
  proof?: 'link' | 'provider'
  ip: string | null
  userAgent: string | null
  requestId: string
  /** Set where this very request may come again and must then change nothing more. */
  repeatable?: RepeatableRequest | undefined
}

/** No organization has this id. */
export const NOWHERE = ''

/** What somebody needs for something. */
export interface Need {
  /** What a service key needs; null: nothing but to be who it is. */
  scope: ServiceScope | null
  /** What a person needs; by default the same. */
  right?: Right
}

/** As whom somebody acts, as far as that limits what they may hand on. */
export interface Standing {
  /** A person's in the organization; null: not limited by a role. */
  role: Role | null
  /** Whether what they make needs nobody else's approval. */
  approves: boolean
  /** When a person last proved who they are; null: no person. */
  confirmedAt: number | null
}

/** Somebody within a change. */
export interface Acting {
  actor: Actor
  standing: Standing
}

const OF_NO_PERSON: Standing = { role: null, approves: false, confirmedAt: null }

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
 * Reads the actor's own rights again, after the change's place in the order is fixed: a service key revoked or a member
 * removed a moment ago changes nothing any more.
 * @throws AppError `UNAUTHORIZED`, `FORBIDDEN`, or `NOT_FOUND` for a person who does not belong there.
 */
export async function confirmRights(reads: Reads, actor: Actor, need: Need, now: number): Promise<Standing> {
  if (actor.ref.type === 'operator') return OF_NO_PERSON
  if (actor.ref.type === 'user') return confirmPerson(reads, actor, need, now)
  const key = actor.ref.id === null ? undefined : await reads.key(actor.ref.id)
  const catalogue = need.scope === null ? 'product' : 'service'
  if (key?.catalogue !== catalogue || statusOf(key, now) !== 'active') {
    throw new AppError('UNAUTHORIZED', 'This key is no longer valid.')
  }
  if (need.scope !== null && !covers(key.scopes, need.scope)) throw missingScope(need.scope)
  return OF_NO_PERSON
}

async function confirmPerson(reads: Reads, actor: Actor, need: Need, now: number): Promise<Standing> {
  if (actor.proof !== undefined && need.scope === null) return OF_NO_PERSON
  const session = actor.sessionId === undefined ? undefined : await reads.session(actor.sessionId)
  const person = session && (await reads.person(session.personId))
  if (!session || !person || person.id !== actor.ref.id || session.expiresAt <= now) {
    throw new AppError('UNAUTHORIZED', 'This session is over; sign in again.')
  }
  const { confirmedAt } = session
  if (person.operator) return { role: null, approves: true, confirmedAt }
  if (need.scope === null) return { role: null, approves: false, confirmedAt }
  const membership = actor.boundTo === null ? undefined : await reads.membership(actor.boundTo, person.id)
  if (!membership) throw notFound('organization')
  requireRight(membership.role, need)
  return { role: membership.role, approves: mayDo(membership.role, 'keys:approve'), confirmedAt }
}

/** @throws AppError `FORBIDDEN` where nobody of this role may do it. */
export function requireRight(role: Role, need: Need): void {
  const right = need.right ?? need.scope
  // Some scopes of service keys are nobody's in an organization, so this looks in the table instead of trusting a type.
  if (right !== null && !mayDo(role, right as Right)) throw missingRight(role, right)
}

/** Refused like something that is not there: a 403 would confirm that it exists. */
export function requireReach(actor: Pick<Actor, 'boundTo'>, organizationId: string | null): void {
  if (actor.boundTo !== null && actor.boundTo !== organizationId) throw notFound('organization')
}

/** @throws AppError `FORBIDDEN` for whoever can reach one organization only. */
export function requireUnbound(actor: Pick<Actor, 'boundTo'> & { ref?: ActorRef }): void {
  if (actor.boundTo === null) return
  throw new AppError(
    'FORBIDDEN',
    actor.ref?.type === 'user'
      ? 'Only operators can do this.'
      : 'A service key bound to one organization cannot do this; use an unbound one.',
  )
}
