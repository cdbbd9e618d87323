import { newId } from '@claviger/core'
import type { Actor } from './actor.ts'
import { applyChange, type Changed, TOUCHES_NO_KEY } from './change.ts'
import { differences } from './differences.ts'
import { ownEvent } from './own-account.ts'
import type { PersonRecord } from './people-records.ts'
import type { Domain } from './ports.ts'

export interface NewOperator {
  /** In lower case. */
  email: string
  /** Of a new account; one that is there keeps its own. */
  name: string
  /** Ask no second step of them any more: whoever has lost it cannot do so themselves. */
  resetTwoFactor: boolean
}

/** Makes the account of this address one of an operator, and makes it where there is none: without a password. */
export async function makeOperator(domain: Domain, actor: Actor, wish: NewOperator): Promise<Changed<PersonRecord>> {
  const { randomBytes, clock } = domain
  const { email, name, resetTwoFactor } = wish
  const known = await domain.database.personByEmail(email)
  const action = known ? 'person.operator' : 'person.create'
  return applyChange(domain, actor, { action, scope: 'service-keys:write' }, async (writes, now) => {
    const person = await writes.personByEmail(email)
    if (!person) {
      const id = newId('usr', clock.now(), randomBytes)
      const made = { id, name, email, operator: true, twoFactor: false, createdAt: now }
      await writes.insertPerson({ ...made, passwordHash: null }, now)
      const audit = ownEvent(made, { email: { after: email }, operator: { after: true } })
      return { changed: true, value: made, touched: TOUCHES_NO_KEY, audit }
    }
    const value = { ...person, operator: true, twoFactor: person.twoFactor && !resetTwoFactor }
    const changes = differences(person, value, ['operator', 'twoFactor'])
    if (Object.keys(changes).length === 0) return { changed: false, value, touched: TOUCHES_NO_KEY }
    if (!person.operator) await writes.setOperator(person.id, true)
    if (person.twoFactor && resetTwoFactor) await writes.removeTwoFactor(person.id)
    return { changed: true, value, touched: TOUCHES_NO_KEY, audit: ownEvent(value, changes) }
  })
}
