import type { Actor } from './actor.ts'
import { applyChange, type Changed, TOUCHES_NO_KEY } from './change.ts'
import { findSelf, ownEvent } from './own-account.ts'
import type { Domain } from './ports.ts'

/**
 * Records what the library that keeps second factors has just done for the actor: it commits for itself. A process that
 * dies in between leaves the factor without its event.
 */
export async function noteTwoFactor(domain: Domain, actor: Actor, step: 'begin' | 'enable'): Promise<void> {
  await applyChange(domain, actor, { action: `person.two-factor.${step}`, scope: null }, async (writes) => {
    const person = await findSelf(writes, actor)
    const changes = step === 'begin' ? {} : { twoFactor: { before: false, after: true } }
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit: ownEvent(person, changes) }
  })
}

/** Asks no second step of the actor any more, and forgets what belonged to it. */
export async function disableTwoFactor(domain: Domain, actor: Actor): Promise<Changed<null>> {
  return applyChange(domain, actor, { action: 'person.two-factor.disable', scope: null }, async (writes) => {
    const person = await findSelf(writes, actor)
    if (!person.twoFactor) return { changed: false, value: null, touched: TOUCHES_NO_KEY }
    await writes.removeTwoFactor(person.id)
    const changes = { twoFactor: { before: true, after: false } }
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit: ownEvent(person, changes) }
  })
}
