import { randomBytes } from 'node:crypto'
import { newId } from '@claviger/core'
import { invitationToken } from '../domain/invitation-links.ts'
import { TEST_URL, type TestApp } from '../testing/test-domain.ts'
import type { Walk } from './wire-walk.fixture.ts'

const ORGANIZATION = '/v1/organizations/{organization}'
const MEMBER = `${ORGANIZATION}/members/{member}`
const INVITATION = `${ORGANIZATION}/invitations/{invitation}`
const REPORTS = `${ORGANIZATION}/reports`
const EMAIL = 'bob@example.com'

/** The part of the walk that goes through an organization's people, and the keys that they leave behind. */
export async function walkMembers(walk: Walk, { call, domain, database }: TestApp): Promise<void> {
  const { id: organization } = (await call('POST', '/v1/organizations', { body: { name: 'Of people' } })).body
    .organization
  const here = { organization }
  const headers = { 'idempotency-key': 'invite' }
  const body = { email: EMAIL, role: 'owner' }
  const { id: invitation } = (await walk.go('post', `${ORGANIZATION}/invitations`, here, { body, headers })).body
    .invitation
  await walk.go('post', `${ORGANIZATION}/invitations`, here, { body, headers })
  await walk.go('post', `${INVITATION}/resend`, { organization, invitation })
  await walk.go('get', `${ORGANIZATION}/invitations`, { ...here, limit: '1' })

  const record = await database.invitation(invitation)
  const token = record ? invitationToken(domain.serverKey, record) : ''
  const visitor = { key: null, headers: { origin: TEST_URL } }
  for (const link of [token, 'nothing']) {
    await walk.go('post', '/v1/invitations/preview', {}, { ...visitor, body: { token: link } })
  }
  const joining = { token, name: 'Bob', password: 'correct horse battery' }
  const joined = await walk.go('post', '/v1/invitations/accept', {}, { ...visitor, body: joining })
  await walk.go('post', '/v1/invitations/accept', {}, { ...visitor, body: joining })
  await walk.go('delete', INVITATION, { organization, invitation })
  const second = await walk.go('post', `${ORGANIZATION}/invitations`, here, {
    body: { email: 'x@y.zz', role: 'viewer' },
  })
  await walk.go('delete', INVITATION, { organization, invitation: second.body.invitation.id })

  const { person, membership } = joined.body
  const owner = { organization, member: membership.id }
  await walk.go('get', `${ORGANIZATION}/members`, { ...here, limit: '1' })
  await walk.go('patch', MEMBER, owner, { body: { role: 'viewer' } })
  await walk.go('delete', MEMBER, owner)
  const dora = await addMember(domain, organization)
  const cookie = [joined.headers['set-cookie'] ?? []]
    .flat()
    .map((set) => String(set).split(';')[0])
    .join('; ')
  const { key } = (
    await call('POST', `/v1/organizations/${organization}/keys`, {
      ...visitor,
      body: { name: 'left behind' },
      headers: { ...visitor.headers, cookie },
    })
  ).body
  await walk.go('patch', `/v1/people/{person}`, { person: person.id }, { body: { operator: true } })
  await walk.go('patch', `/v1/people/{person}`, { person: dora.person }, { body: { operator: true } })
  await walk.go('patch', `/v1/people/{person}`, { person: person.id }, { body: { operator: false } })
  await walk.go('patch', `/v1/people/{person}`, { person: 'usr_none' }, { body: { operator: true } })
  for (let time = 0; time < 2; time++) {
    await walk.go('post', '/v1/people', {}, { body: { name: 'Odin', email: 'odin@example.com' } })
  }
  await walk.go('get', '/v1/people', { limit: '1' })
  await walk.go('patch', MEMBER, { organization, member: dora.member }, { body: { role: 'owner' } })
  await walk.go('delete', MEMBER, owner)

  for (const report of ['rotation-due', 'unused', 'departed']) await walk.go('get', `${REPORTS}/${report}`, here)
  const items = [
    { key: key.id, decision: 'keep' },
    { key: 'key_none', decision: 'revoke' },
  ]
  await walk.go('post', `${REPORTS}/departed/resolve`, here, { body: { items } })
  await walk.go('delete', '/v1/people/{person}', { person: person.id })
  await walk.go('delete', '/v1/people/{person}', { person: person.id })
}

async function addMember({ database, clock }: TestApp['domain'], organizationId: string) {
  const now = clock.now()
  const person = newId('usr', now, randomBytes)
  const member = newId('mbr', now, randomBytes)
  await database.transact(async (writes) => {
    const account = { id: person, name: 'Dora', email: 'dora@example.com', operator: false, passwordHash: null }
    await writes.insertPerson(account, now)
    const joined = { id: member, organizationId, personId: person, joinedAt: now, updatedAt: now, version: 1 }
    await writes.insertMember({ ...joined, role: 'developer' })
    return { commit: true, value: null }
  })
  return { person, member }
}
