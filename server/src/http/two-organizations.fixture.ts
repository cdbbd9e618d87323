import { randomBytes } from 'node:crypto'
import { newId } from '@claviger/core'
import { DEPLOYMENT_CHAIN } from '../domain/audit.ts'
import { invite } from '../domain/invitations.ts'
import { issueKey } from '../domain/issue-key.ts'
import { startApp, type TestApp } from '../testing/test-domain.ts'

/** A server with two organizations, each with a key, a member and an open invitation. */
export async function startWithTwo() {
  const server = await startApp()
  const found = async (name: string) =>
    (await server.call('POST', '/v1/organizations', { body: { name } })).body.organization.id as string
  const [here, there] = [await found('Here'), await found('There')]
  const { key } = (await issueKey(server.domain, server.actor, here, { name: 'here' })).value
  const secret = (await issueKey(server.domain, server.actor, there, { name: 'SECRET PLAN' })).value.key
  const chains = [here, there, DEPLOYMENT_CHAIN]
  const ours = { organization: here, key: key.id, ...(await populate(server, here, 'ours')) }
  const theirs = { organization: there, key: secret.id, ...(await populate(server, there, 'SECRET PLAN')) }
  return { ...server, here, there, key: key.id, foreign: secret.id, chains, ours, theirs }
}

/** Somebody who belongs to the organization, and somebody who is asked in. */
export async function populate({ database, domain, actor, clock }: TestApp, organizationId: string, name: string) {
  const now = clock.now()
  const person = newId('usr', now, randomBytes)
  const member = newId('mbr', now, randomBytes)
  await database.transact(async (writes) => {
    const account = { id: person, name, email: `${person}@example.com`.toLowerCase(), operator: false }
    await writes.insertPerson({ ...account, passwordHash: null }, now)
    const joined = { id: member, organizationId, personId: person, joinedAt: now, updatedAt: now, version: 1 }
    await writes.insertMember({ ...joined, role: 'developer' })
    return { commit: true, value: null }
  })
  const wish = { email: `${member}@example.com`, role: 'viewer' } as const
  const { id: invitation } = (await invite(domain, actor, organizationId, wish)).value
  return { person, member, invitation }
}
