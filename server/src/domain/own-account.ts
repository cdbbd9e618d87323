import { type Actor, NOWHERE } from './actor.ts'
import { applyChange, type Changed, TOUCHES_NO_KEY } from './change.ts'
import { differences } from './differences.ts'
import { type PersonRecord, personTarget } from './people-records.ts'
import type { Domain, Reads } from './ports.ts'
import { notFound } from './refusals.ts'

/**
 * What people do with their own account and sessions. Nothing of them is remembered between two requests, so each is in
 * force on the next one.
 */

export async function renameSelf(domain: Domain, actor: Actor, name: string): Promise<Changed<PersonRecord>> {
  return applyChange(domain, actor, { action: 'person.edit', scope: null }, async (writes, now) => {
    const person = await findSelf(writes, actor)
    const value = { ...person, name }
    const changes = differences(person, value, ['name'])
    if (Object.keys(changes).length === 0) return { changed: false, value, touched: TOUCHES_NO_KEY }
    await writes.renamePerson(person.id, name, now)
    return {
      changed: true,
      value,
      touched: TOUCHES_NO_KEY,
      audit: { organizationId: null, target: personTarget(value), changes },
    }
  })
}

/**
 * Ends one of the actor's own sessions.
 * @throws AppError `NOT_FOUND`, also for a session of somebody else.
 */
export async function endSession(domain: Domain, actor: Actor, sessionId: string): Promise<Changed<null>> {
  return applyChange(domain, actor, { action: 'session.end', scope: null }, async (writes) => {
    const person = await findSelf(writes, actor)
    const session = await writes.session(sessionId)
    if (session?.personId !== person.id) throw notFound('session')
    await writes.endSession(sessionId)
    return {
      changed: true,
      value: null,
      touched: TOUCHES_NO_KEY,
      audit: ownEvent(person, { session: { before: sessionId } }),
    }
  })
}

/** Ends all of the actor's sessions but the present one. */
export async function endOtherSessions(domain: Domain, actor: Actor): Promise<Changed<null>> {
  return applyChange(domain, actor, { action: 'session.end', scope: null }, async (writes) => {
    const person = await findSelf(writes, actor)
    const others = (await writes.sessionsOf(person.id)).filter(({ id }) => id !== actor.sessionId)
    if (others.length === 0) return { changed: false, value: null, touched: TOUCHES_NO_KEY }
    await writes.endSessions(person.id, actor.sessionId ?? NOWHERE)
    const audit = ownEvent(person, { sessions: { before: others.length + 1, after: 1 } })
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit }
  })
}

/** Notes that the actor has shown once more, within this session, who they are. @returns when. */
export async function confirmSession(domain: Domain, actor: Actor): Promise<Changed<number>> {
  return applyChange(domain, actor, { action: 'session.confirm', scope: null }, async (writes, now) => {
    const person = await findSelf(writes, actor)
    await writes.confirmSession(actor.sessionId ?? NOWHERE, now)
    return {
      changed: true,
      value: now,
      touched: TOUCHES_NO_KEY,
      audit: ownEvent(person, { session: { after: actor.sessionId } }),
    }
  })
}

/** @throws AppError `NOT_FOUND` where the actor is no person. */
export async function findSelf(reads: Pick<Reads, 'person'>, actor: Actor): Promise<PersonRecord> {
  const person = await reads.person(actor.ref.id ?? NOWHERE)
  if (!person) throw notFound('person')
  return person
}

/** Of the deployment's own log: a person belongs to no organization alone. */
export function ownEvent(person: PersonRecord, changes: Readonly<Record<string, unknown>>) {
  return { organizationId: null, target: personTarget(person), changes }
}
