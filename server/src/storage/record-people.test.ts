import { randomBytes } from 'node:crypto'
import { newId, type Role } from '@claviger/core'
import { expect, test } from 'vitest'
import { acceptInvitation, seeInvitation } from '../domain/accept-invitation.ts'
import { verifyChain } from '../domain/audit.ts'
import { applyChange, TOUCHES_NO_KEY } from '../domain/change.ts'
import { invitationToken } from '../domain/invitation-links.ts'
import { invite, resendInvitation, revokeInvitation } from '../domain/invitations.ts'
import { changeRole, removeMember } from '../domain/members.ts'
import { createOrganization } from '../domain/organizations.ts'
import { deletePerson, setOperator } from '../domain/people.ts'
import { type OpenDeployment, prepareDeployment } from '../testing/test-record.ts'

const PEOPLE = ['promoted', 'removed', 'demoted', 'operator', 'password', 'deleted'] as const
const INVITED = ['open', 'taken-back', 'resent', 'accepted'] as const

/** People of an organization, each with a password and a session. */
async function populate({ storage, domain, actor }: OpenDeployment) {
  const { database } = storage
  const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value.id
  const now = domain.clock.now()
  const people = {} as Record<(typeof PEOPLE)[number], { id: string; member: string }>
  for (const name of PEOPLE) {
    const id = newId('usr', now, randomBytes)
    const member = newId('mbr', now, randomBytes)
    const role: Role = name === 'demoted' ? 'owner' : 'admin'
    await database.transact(async (writes) => {
      const email = `${name}@example.com`
      await writes.insertPerson({ id, name, email, operator: name !== 'demoted', passwordHash: 'hash' }, now)
      const joined = { id: member, organizationId: organization, personId: id, role, joinedAt: now, updatedAt: now }
      await writes.insertMember({ ...joined, version: 1 })
      return { commit: true, value: null }
    })
    const at = new Date(now)
    const moment = database.peopleTables.type === 'postgres' ? at : at.toISOString()
    const session = { id: name, token: name, person_id: id, expires_at: moment, created_at: moment, updated_at: moment }
    await database.peopleTables.db.insertInto('sessions').values(session).execute()
    people[name] = { id, member }
  }
  const invitations = {} as Record<(typeof INVITED)[number], string>
  for (const name of INVITED) {
    const wish = { email: `${name}@example.com`, role: 'viewer' } as const
    invitations[name] = (await invite(domain, actor, organization, wish)).value.id
  }
  return { organization, people, invitations }
}

test('a database put back lets nobody in whom it had let go, by no session, link, role or password', async () => {
  const deployment = await prepareDeployment()
  const first = await deployment.open()
  const { organization, people, invitations } = await populate(first)
  await first.close()
  const goBack = await deployment.backUp()

  const before = await deployment.open()
  const { domain, actor } = before
  deployment.clock.advance(1_000)
  await removeMember(domain, actor, organization, people.removed.member)
  await changeRole(domain, actor, organization, people.promoted.member, 'owner', undefined)
  await changeRole(domain, actor, organization, people.demoted.member, 'developer', undefined)
  await setOperator(domain, actor, people.operator.id, false)
  const { id: personId } = people.password
  await applyChange(domain, actor, { action: 'person.password.change', scope: null }, async (writes, now) => {
    await writes.setPassword(personId, 'another hash', now)
    const audit = { organizationId: null, target: { type: 'person', id: personId, name: 'password' }, changes: {} }
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit }
  })
  await deletePerson(domain, actor, people.deleted.id)
  await revokeInvitation(domain, actor, organization, invitations['taken-back'])
  const tokenOf = async (id: string) => {
    const invitation = await domain.database.invitation(id)
    if (!invitation) throw new Error('it is there')
    return invitationToken(domain.serverKey, invitation)
  }
  const links = await Promise.all(Object.values(invitations).map(tokenOf))
  await resendInvitation(domain, actor, organization, invitations.resent)
  const from = { ip: null, userAgent: null, requestId: 'req_test' }
  const newcomer = { personId: null, name: 'New', passwordHash: 'hash' }
  await acceptInvitation(domain, from, await tokenOf(invitations.accepted), newcomer)
  await before.close()
  await goBack()

  const after = await deployment.open()
  const { database } = after.domain
  const roles = (await database.members(organization, { limit: 100, after: null })).map(({ name, role }) => [
    name,
    role,
  ])
  expect(Object.fromEntries(roles)).toEqual({
    // Made an owner since, which is lost, and nobody can know what was changed.
    promoted: 'viewer',
    demoted: 'viewer',
    operator: 'admin',
    password: 'admin',
  })
  expect(await database.person(people.operator.id)).toMatchObject({ operator: false })
  expect(await database.person(people.deleted.id)).toBeUndefined()
  const hashes = await Promise.all([people.password, people.operator].map(({ id }) => database.passwordHashOf(id)))
  expect(hashes).toEqual([null, 'hash'])
  for (const { id } of Object.values(people)) expect(await database.sessionsOf(id)).toEqual([])
  const seen = await Promise.all(
    links.map((link) =>
      seeInvitation(after.domain, link).then(
        () => 'open',
        (error) => error.code,
      ),
    ),
  )
  expect(seen).toEqual(['open', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
  expect((await database.departures(organization)).map(({ name }) => name).sort()).toEqual(['deleted', 'removed'])
  expect(after.notices).toContain(`${people.removed.member} removed from the organization again`)
  expect(after.notices.filter((line) => /^(mbr|usr|inv)_/.test(line))).toHaveLength(9)
  for (const chain of ['deployment', organization]) {
    expect(await verifyChain(database, after.storage.serverKey, chain)).toMatchObject({ intact: true })
  }
  await after.close()
  expect((await deployment.open()).notices).toEqual([])
})
