import { AppError, newId } from '@claviger/core'
import { type Actor, requireUnbound } from './actor.ts'
import { applyChange, type Changed, type Intent, type Outcome, TOUCHES_NO_KEY } from './change.ts'
import { endMembership, requireOtherOwner } from './members.ts'
import type { Membership, PersonRecord } from './people-records.ts'
import type { Domain, Reads, Writes } from './ports.ts'
import { queueNotice } from './queue-notice.ts'
import type { PageRequest } from './records.ts'
import { notFound } from './refusals.ts'
import { requireHeld } from './service-keys.ts'

/** Everybody who has an account here. For operators alone. */

export interface PersonAndPlaces {
  person: PersonRecord
  memberships: Membership[]
}

/** The oldest account first. @throws AppError `FORBIDDEN`. */
export async function listPeople(
  { database }: { database: Reads },
  actor: Actor,
  page: PageRequest,
): Promise<PersonAndPlaces[]> {
  requireUnbound(actor)
  const people = await database.people(page)
  return Promise.all(people.map(async (person) => ({ person, memberships: await database.membershipsOf(person.id) })))
}

export interface NewAccount {
  name: string
  email: string
  operator?: boolean
}

/**
 * Makes an account without a password: its holder sets one by a link, which is mailed where mail is sent.
 * @throws AppError `MEMBER_EXISTS` where the address has one, `SCOPE_EXCEEDS_GRANTOR` as for `setOperator`.
 */
export async function createPerson(
  domain: Domain,
  actor: Actor,
  { name, email: given, operator = false }: NewAccount,
): Promise<Changed<PersonRecord>> {
  requireUnbound(actor)
  const email = given.toLowerCase()
  const intent: Intent = { action: 'person.create', scope: 'members:write' }
  return applyChange<PersonRecord>(domain, actor, intent, async (writes, now) => {
    if (operator) await requireHeld(writes, actor, ['*'])
    const known = await writes.personByEmail(email)
    if (known) throw new AppError('MEMBER_EXISTS', 'There is an account with this address.', { person: known.id })
    const id = newId('usr', now, domain.randomBytes)
    const person: PersonRecord = { id, name, email, operator, twoFactor: false, createdAt: now }
    await writes.insertPerson({ id, name, email, operator, passwordHash: null }, now)
    await queueNotice(domain, writes, [email], { notice: 'password-reset', facts: { personId: id } }, now)
    return told(person, { email: { after: email }, operator: { after: operator } })
  })
}

/**
 * Lets somebody see and change the whole deployment, or no longer.
 * @throws AppError `NOT_FOUND`, `LAST_OWNER` for the last operator, `SCOPE_EXCEEDS_GRANTOR` for a service key that is
 * not allowed everything itself.
 */
export async function setOperator(
  domain: Domain,
  actor: Actor,
  personId: string,
  operator: boolean,
): Promise<Changed<PersonRecord>> {
  requireUnbound(actor)
  const intent: Intent = { action: 'person.operator', scope: 'members:write' }
  return applyChange<PersonRecord>(domain, actor, intent, async (writes) => {
    await requireHeld(writes, actor, ['*'])
    const person = await findPerson(writes, personId)
    if (person.operator === operator) return { changed: false, value: person, touched: TOUCHES_NO_KEY }
    if (!operator) await requireOtherOperator(writes, person)
    await writes.setOperator(personId, operator)
    return told({ ...person, operator }, { operator: { before: person.operator, after: operator } })
  })
}

/**
 * Removes an account and all its memberships. Keys that the person answers for go on working, and are found among
 * those of the departed.
 * @throws AppError `NOT_FOUND`, `LAST_OWNER`, `SCOPE_EXCEEDS_GRANTOR` as for `setOperator`, where an operator is removed.
 */
export async function deletePerson(domain: Domain, actor: Actor, personId: string): Promise<Changed<PersonRecord>> {
  requireUnbound(actor)
  const intent: Intent = { action: 'person.delete', scope: 'members:write' }
  return applyChange<PersonRecord>(domain, actor, intent, async (writes, now) => {
    const person = await findPerson(writes, personId)
    if (person.operator) {
      await requireHeld(writes, actor, ['*'])
      await requireOtherOperator(writes, person)
    }
    const memberships = await writes.membershipsOf(personId)
    for (const { id } of memberships) {
      const member = await writes.member(id)
      if (!member) continue
      await requireOtherOwner(writes, member)
      await endMembership(writes, member, now)
    }
    await writes.deletePerson(personId)
    return told(person, {
      email: { before: person.email, after: null },
      memberships: { before: memberships.map(({ id }) => id), after: [] },
    })
  })
}

async function findPerson(reads: Reads, personId: string): Promise<PersonRecord> {
  const person = await reads.person(personId)
  if (!person) throw notFound('person')
  return person
}

/** Without an operator the next start would print a set-up link. @throws AppError `LAST_OWNER`. */
async function requireOtherOperator(writes: Writes, { operator }: PersonRecord): Promise<void> {
  if (!operator || (await writes.countOperators()) > 1) return
  throw new AppError('LAST_OWNER', 'This is the only operator of the deployment; make somebody else one first.', {})
}

function told(person: PersonRecord, changes: Record<string, unknown>): Outcome<PersonRecord> {
  const target = { type: 'person', id: person.id, name: person.name }
  return { changed: true, value: person, touched: TOUCHES_NO_KEY, audit: { organizationId: null, target, changes } }
}
