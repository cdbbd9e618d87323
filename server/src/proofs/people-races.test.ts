import { expect, test } from 'vitest'
import type { Actor } from '../domain/actor.ts'
import { issueKey } from '../domain/issue-key.ts'
import { changeRole, removeMember } from '../domain/members.ts'
import { rotateKey } from '../domain/rotate-key.ts'
import { startWithPeople, type TestMember } from '../http/people.fixture.ts'

const ROUNDS = 12

type Server = Awaited<ReturnType<typeof startWithPeople>>

/**
 * Lets go of somebody in the middle of what they are doing, and looks at the order in which it came to be: whatever
 * they changed stands before the loss of the right to it, and the rest was refused.
 */
async function race(
  server: Server,
  person: TestMember,
  lose: () => Promise<unknown>,
  refusedWith: readonly string[],
  loss: string,
): Promise<void> {
  const { domain, database, organization } = server
  const from = ((await database.chainHead(organization.id))?.count ?? 0) + 1
  const attempt = (_: unknown, at: number) => issueKey(domain, person.actor, organization.id, { name: `k${at}` })
  const [before, after] = [Array.from({ length: 4 }), Array.from({ length: 4 })]
  const outcomes = await Promise.allSettled([...before.map(attempt), lose(), ...after.map(attempt)])
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  for (const { reason } of refused) expect(refusedWith).toContain(reason.code)
  const actions = (await database.events(organization.id, from, 100)).map(({ action }) => action)
  expect(actions.filter((action) => action === 'key.create')).toHaveLength(outcomes.length - refused.length - 1)
  expect(actions.indexOf(loss)).toBe(actions.length - 1)
}

test('a member who is removed, or whose role is taken, changes nothing from that moment on', {
  timeout: 60_000,
}, async () => {
  const server = await startWithPeople()
  const { domain, actor, organization, addMember } = server
  await addMember('Olga', 'owner')
  for (let round = 0; round < ROUNDS; round++) {
    const person = await addMember(`D${round}`, 'developer')
    if (round % 2 === 0) {
      const lose = () => removeMember(domain, actor, organization.id, person.member)
      await race(server, person, lose, ['NOT_FOUND', 'UNAUTHORIZED'], 'member.remove')
    } else {
      const lose = () => changeRole(domain, actor, organization.id, person.member, 'viewer', undefined)
      await race(server, person, lose, ['FORBIDDEN'], 'member.role')
    }
  }
})

test('a session that is ended in the middle of a request does nothing more', { timeout: 60_000 }, async () => {
  const server = await startWithPeople()
  const { domain, database, organization, addMember, signIn } = server
  const { id, email, member } = await addMember('Dora', 'developer')
  const { key } = (await issueKey(domain, server.actor, organization.id, { name: 'x' })).value
  for (let round = 0; round < ROUNDS; round++) {
    const { actor } = await signIn(id, 'Dora', email)
    let ended = false
    const end = database
      .transact(async (writes) => {
        await writes.lockOrder()
        await writes.endSession(actor.sessionId ?? '')
        return { commit: true, value: null }
      })
      .then(() => {
        ended = true
      })
    const rotate = async (by: Actor) => {
      const late = ended
      const { key: rotated } = (await rotateKey(domain, by, organization.id, key.id, 0)).value
      return { late, rotated }
    }
    const begun = await Promise.allSettled([rotate(actor), end, rotate(actor)])
    await expect(rotate(actor)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    for (const outcome of begun) {
      if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('UNAUTHORIZED')
      else if (outcome.value) expect(outcome.value.late).toBe(false)
    }
  }
  expect(await database.member(member)).toMatchObject({ role: 'developer' })
})

test('two who raise and remove each other at once end in an order that each could have done', {
  timeout: 60_000,
}, async () => {
  const server = await startWithPeople()
  const { domain, database, organization, addMember } = server
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = [await addMember(`A${round}`, 'admin'), await addMember(`B${round}`, 'admin')]
    const begun = await Promise.allSettled([
      changeRole(domain, a.actor, organization.id, b.member, 'viewer', undefined),
      removeMember(domain, b.actor, organization.id, a.member),
      changeRole(domain, a.actor, organization.id, b.member, 'admin', undefined),
    ])
    const events = await database.events(organization.id, 1, 500)
    const own = events.filter(({ target }) => target.id === a.member || target.id === b.member)
    const removed = own.findIndex(({ action }) => action === 'member.remove')
    // After the removal nothing is done by who was removed; before it nobody removes who may not.
    if (removed >= 0) expect(own.slice(removed + 1)).toEqual([])
    const demoted = own.findIndex(({ changes }) => JSON.parse(changes).role?.after === 'viewer')
    if (removed >= 0 && demoted >= 0 && demoted < removed) {
      const raised = own.slice(demoted, removed).some(({ changes }) => JSON.parse(changes).role?.after === 'admin')
      expect(raised).toBe(true)
    }
    expect(begun.some(({ status }) => status === 'fulfilled')).toBe(true)
  }
})
