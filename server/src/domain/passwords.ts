import { hash } from 'node:crypto'
import { type Actor, NOWHERE } from './actor.ts'
import { applyChange, type Changed, TOUCHES_NO_KEY } from './change.ts'
import { isSound, readLink, sealLink } from './links.ts'
import { findSelf, ownEvent } from './own-account.ts'
import type { PersonRecord } from './people-records.ts'
import type { Domain, Reads } from './ports.ts'
import { queueNotice } from './queue-notice.ts'
import { overLink } from './refusals.ts'

export const RESET_LINK_MS = 60 * 60 * 1_000

/** Gives the actor another password, which they have to have proven the old one for. All other sessions end. */
export async function changePassword(domain: Domain, actor: Actor, passwordHash: string): Promise<Changed<null>> {
  return applyChange(domain, actor, { action: 'person.password.change', scope: null }, async (writes, now) => {
    const person = await findSelf(writes, actor)
    await writes.setPassword(person.id, passwordHash, now)
    await writes.endSessions(person.id, actor.sessionId ?? NOWHERE)
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit: ownEvent(person, { by: 'password' }) }
  })
}

/** Has a link for a new password mailed. To be called only with a person's own address, or by somebody at the machine. */
export async function queueResetLink(domain: Domain, { id, email }: PersonRecord): Promise<void> {
  const { database, clock } = domain
  await database.transact(async (writes) => {
    const notice = { notice: 'password-reset', facts: { personId: id } } as const
    await queueNotice(domain, writes, [email], notice, clock.now())
    return { commit: true, value: null }
  })
}

/**
 * The token of a link by which this person can give themselves a password, once.
 * @returns null: there is no such person any more.
 */
export async function sealResetLink(
  { database, serverKey, clock }: Pick<Domain, 'database' | 'serverKey' | 'clock'>,
  personId: string,
): Promise<string | null> {
  if (!(await database.person(personId))) return null
  const state = await presentPassword(database, personId)
  return sealLink(serverKey, 'reset-password', { subject: personId, expiresAt: clock.now() + RESET_LINK_MS, state })
}

/**
 * Asked before the slow work of hashing a password.
 * @returns whose link it is. @throws AppError `NOT_FOUND` for a link that is over, was used, or is none.
 */
export async function requireResetLink(
  reads: Pick<Reads, 'person' | 'passwordHashOf'>,
  { serverKey, clock }: Pick<Domain, 'serverKey' | 'clock'>,
  token: string,
): Promise<PersonRecord> {
  const personId = readLink(token)?.subject ?? NOWHERE
  const state = await presentPassword(reads, personId)
  const person = await reads.person(personId)
  if (!person || !isSound(serverKey, 'reset-password', token, state, clock.now())) throw overLink()
  return person
}

/**
 * Gives whoever holds the link a new password. All sessions end; a second step stays as it is.
 * @throws AppError `NOT_FOUND`, also when the link was used since it was looked at.
 */
export async function resetPassword(
  domain: Domain,
  from: Pick<Actor, 'ip' | 'userAgent' | 'requestId'>,
  person: PersonRecord,
  token: string,
  passwordHash: string,
): Promise<Changed<null>> {
  const { id, name } = person
  const actor: Actor = { ...from, ref: { type: 'user', id, name }, boundTo: null, proof: 'link' }
  return applyChange(domain, actor, { action: 'person.password.change', scope: null }, async (writes, now) => {
    await requireResetLink(writes, domain, token)
    await writes.setPassword(id, passwordHash, now)
    await writes.endSessions(id, null)
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit: ownEvent(person, { by: 'link' }) }
  })
}

/** What ends a link when it changes: a digest of the hash, never the hash itself. */
async function presentPassword(reads: Pick<Reads, 'passwordHashOf'>, personId: string): Promise<string> {
  const present = await reads.passwordHashOf(personId)
  return present === null ? '' : hash('sha256', present, 'base64url')
}
