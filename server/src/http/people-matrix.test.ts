import { ROLES, type Role } from '@claviger/core'
import { expect, test } from 'vitest'
import { applyChange } from '../domain/change.ts'
import { invite } from '../domain/invitations.ts'
import { issueKey } from '../domain/issue-key.ts'
import { startApp, type TestApp } from '../testing/test-domain.ts'
import { fillPath, LEAST_BODIES } from './every-change.fixture.ts'
import { startWithPeople, type TestMember, type TestPerson } from './people.fixture.ts'
import { routesOf } from './routes.fixture.ts'

/** Who may call what, said once more and independently of what the routes declare: the least role, or an operator. */
type Least = Role | 'operator'

const ORGANIZATION = '/v1/organizations/:organization'
const KEY = `${ORGANIZATION}/keys/:key`

const LEAST: Readonly<Record<string, Least>> = {
  'POST /v1/keys/verify': 'operator',
  'POST /v1/keys/verify-batch': 'operator',
  'POST /v1/introspect': 'operator',
  'POST /v1/organizations': 'operator',
  'GET /v1/organizations': 'operator',
  'GET /v1/plans': 'operator',
  [`GET ${ORGANIZATION}`]: 'viewer',
  [`GET ${ORGANIZATION}/catalog`]: 'viewer',
  [`GET ${ORGANIZATION}/changes`]: 'viewer',
  [`PATCH ${ORGANIZATION}`]: 'owner',
  [`POST ${ORGANIZATION}/suspend`]: 'operator',
  [`POST ${ORGANIZATION}/resume`]: 'operator',
  [`DELETE ${ORGANIZATION}`]: 'operator',
  [`POST ${ORGANIZATION}/keys`]: 'developer',
  [`GET ${ORGANIZATION}/keys`]: 'viewer',
  [`POST ${ORGANIZATION}/keys/import`]: 'operator',
  [`GET ${KEY}`]: 'viewer',
  [`PATCH ${KEY}`]: 'developer',
  [`DELETE ${KEY}`]: 'developer',
  [`POST ${KEY}/rotate`]: 'developer',
  [`POST ${KEY}/revoke`]: 'developer',
  [`POST ${KEY}/rotation/finish`]: 'developer',
  [`POST ${KEY}/rotation/cancel`]: 'developer',
  [`POST ${KEY}/disable`]: 'developer',
  [`POST ${KEY}/enable`]: 'developer',
  [`POST ${KEY}/approve`]: 'admin',
  [`POST ${KEY}/decline`]: 'admin',
  [`GET ${KEY}/audit`]: 'viewer',
  [`GET ${KEY}/usage`]: 'viewer',
  [`GET ${KEY}/callers`]: 'viewer',
  [`GET ${KEY}/scopes`]: 'viewer',
  [`GET ${KEY}/removal-check`]: 'viewer',
  [`GET ${KEY}/compromised`]: 'viewer',
  [`POST ${KEY}/compromised`]: 'developer',
  [`POST ${KEY}/compromised/notify`]: 'developer',
  [`GET ${ORGANIZATION}/audit`]: 'viewer',
  [`GET ${ORGANIZATION}/usage`]: 'viewer',
  [`GET ${ORGANIZATION}/usage-by-key`]: 'viewer',
  [`GET ${ORGANIZATION}/denials`]: 'viewer',
  'GET /v1/audit': 'operator',
  'POST /v1/service-keys': 'operator',
  'GET /v1/service-keys': 'operator',
  'POST /v1/service-keys/:key/revoke': 'operator',
  [`GET ${ORGANIZATION}/members`]: 'viewer',
  [`PATCH ${ORGANIZATION}/members/:member`]: 'admin',
  // Of somebody else: everybody may end their own.
  [`DELETE ${ORGANIZATION}/members/:member`]: 'admin',
  [`GET ${ORGANIZATION}/invitations`]: 'viewer',
  [`POST ${ORGANIZATION}/invitations`]: 'admin',
  [`POST ${ORGANIZATION}/invitations/:invitation/resend`]: 'admin',
  [`DELETE ${ORGANIZATION}/invitations/:invitation`]: 'admin',
  [`GET ${ORGANIZATION}/reports/rotation-due`]: 'viewer',
  [`GET ${ORGANIZATION}/reports/unused`]: 'viewer',
  [`GET ${ORGANIZATION}/reports/departed`]: 'viewer',
  [`POST ${ORGANIZATION}/reports/departed/resolve`]: 'admin',
  'GET /v1/people': 'operator',
  'POST /v1/people': 'operator',
  'PATCH /v1/people/:person': 'operator',
  'DELETE /v1/people/:person': 'operator',
}

/** Nobody's answer goes on for ever. */
const STREAMS = [`GET ${ORGANIZATION}/changes`]

async function start() {
  const server = await startWithPeople()
  const { call, organization, addPerson, addOperator, addMember, join } = server
  const found = async (name: string) =>
    (await call('POST', '/v1/organizations', { body: { name } })).body.organization.id as string
  const other = await found('Other')
  const members = {} as Record<Role, TestMember>
  for (const role of ROLES) members[role] = await addMember(`A-${role}`, role)
  // There is another owner, so that nothing is refused because of the last one.
  await addMember('Second', 'owner')
  return {
    ...server,
    members,
    found,
    other,
    operator: await addOperator('Operator'),
    stranger: await addPerson('Nobody'),
    neighbour: await join(await addPerson('Neighbour'), 'owner', other),
    home: organization.id,
  }
}

type Matrix = Awaited<ReturnType<typeof start>>

/** Something of every kind in the organization, new each time: the call before may have ended the last. */
async function fill({ domain, actor, clock, database }: Matrix, organization: string) {
  clock.advance(1)
  const { key } = (await issueKey(domain, actor, organization, { name: 'x' })).value
  const email = `${key.id}@example.com`
  const invitation = (await invite(domain, actor, organization, { email, role: 'viewer' })).value.id
  const now = clock.now()
  const person = key.id.replace('key_', 'usr_')
  const member = key.id.replace('key_', 'mbr_')
  await database.transact(async (writes) => {
    await writes.insertPerson({ id: person, name: 'x', email: `of-${email}`, operator: false, passwordHash: null }, now)
    const joined = { organizationId: organization, personId: person, joinedAt: now, updatedAt: now, version: 1 }
    await writes.insertMember({ ...joined, id: member, role: 'viewer' })
    return { commit: true, value: null }
  })
  return { organization, key: key.id, invitation, person, member }
}

function guarded(server: TestApp) {
  return routesOf(server).flatMap(({ method, url, access }) =>
    typeof access === 'object' ? [{ method, url, name: `${method} ${url}`, service: access.service }] : [],
  )
}

type Guarded = ReturnType<typeof guarded>[number]

async function send({ app, cookies }: { app: Matrix['app']; cookies: string | null }, route: Guarded, ids: object) {
  const { method, url, name } = route
  const body = LEAST_BODIES[name]
  const answer = await app.inject({
    method,
    url: fillPath(url, ids as Record<string, string>),
    headers: { origin: 'http://127.0.0.1:4280', ...(cookies === null ? {} : { cookie: cookies }) },
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: answer.statusCode, code: answer.statusCode < 400 ? null : answer.json().error.code }
}

const MIGHT: readonly Least[] = ['viewer', 'developer', 'admin', 'owner', 'operator']

test('every route for service keys has its place in the table, and nothing else has one', async () => {
  const server = await startApp()
  expect(
    guarded(server)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(LEAST).sort())
})

test('every route opens to the roles that the table says, and to nobody of another organization', {
  timeout: 120_000,
}, async () => {
  const server = await start()
  const { app, members, operator, found, home, other, stranger, neighbour } = server
  const asked = (person: TestPerson | null) => ({ app, cookies: person?.cookie ?? null })
  let ours = await fill(server, home)
  const theirs = await fill(server, other)
  for (const route of guarded(server)) {
    if (STREAMS.includes(route.name)) continue
    const least = LEAST[route.name] as Least
    const inOrganization = route.url.includes(':organization')
    const namesMore = /:(key|member|invitation)/.test(route.url)
    const callAs = async (who: string, person: TestPerson | null, ids: object) => {
      const { status, code } = await send(asked(person), route, ids)
      return { status, code, said: `${route.name} by ${who}: ${status} ${code}` }
    }
    for (const role of [...ROLES, 'operator'] as const) {
      const person = role === 'operator' ? operator : members[role]
      const may = MIGHT.indexOf(role) >= MIGHT.indexOf(least)
      // Whoever may remove an organization does it to one that nobody needs any more.
      const gone = may && route.name === `DELETE ${ORGANIZATION}`
      const { status, code, said } = await callAs(role, person, gone ? await fill(server, await found('Gone')) : ours)
      if (may) expect(inOrganization ? [401, 403, 404] : [401, 403], said).not.toContain(status)
      else expect(code, said).toBe('FORBIDDEN')
      // The call may have ended what it was about.
      if (may && route.method !== 'GET') ours = await fill(server, home)
      // The mightiest and the least stand for those between them.
      if ((role !== 'owner' && role !== 'viewer') || !inOrganization) continue
      for (const ids of [theirs, { ...ours, organization: other }]) {
        const hidden = await callAs(`${role} elsewhere`, person, ids)
        expect(hidden.code, hidden.said).toBe('NOT_FOUND')
      }
      if (!namesMore) continue
      const mixed = await callAs(`${role} on what is elsewhere`, person, { ...theirs, organization: home })
      expect(may ? ['NOT_FOUND'] : ['NOT_FOUND', 'FORBIDDEN'], mixed.said).toContain(mixed.code)
    }
    const nobody = await callAs('nobody', null, ours)
    expect(nobody.code, nobody.said).toBe('UNAUTHORIZED')
    for (const [who, person] of Object.entries({ stranger, neighbour })) {
      const { code, said } = await callAs(who, person, ours)
      expect(code, said).toBe(inOrganization ? 'NOT_FOUND' : 'FORBIDDEN')
    }
  }
  const untouched = await server.call('GET', `/v1/organizations/${other}/keys`)
  expect(untouched.body.items).toMatchObject([{ id: theirs.key, status: 'active', version: 1 }])
  const { items } = (await server.call('GET', `/v1/organizations/${other}/members`)).body
  expect(items.map(({ version }: { version: number }) => version)).toEqual([1, 1])
})

test('a session whose person lost everything meanwhile is refused by the change itself, too', async () => {
  const { members, domain, database } = await start()
  const { actor, member } = members.admin
  const attempt = () =>
    applyChange(domain, actor, { action: 'x', scope: 'keys:write' }, async () => {
      throw new Error('it should not come to this')
    })
  await database.transact(async (writes) => {
    await writes.deleteMember(member)
    return { commit: true, value: null }
  })
  await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await database.transact(async (writes) => {
    await writes.endSession(actor.sessionId ?? '')
    return { commit: true, value: null }
  })
  await expect(attempt()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})
