import { describe, expect, test } from 'vitest'
import { cookieOf, mailsOf, ORIGIN, PASSWORD, startWithPeople } from './people.fixture.ts'

const DAY = 24 * 3_600_000

async function start(options = {}) {
  const server = await startWithPeople(options)
  const { base, call, clock } = server
  const invite = async (email: string, role = 'developer') => {
    const { status, body } = await call('POST', `${base}/invitations`, { body: { email, role } })
    expect(status, JSON.stringify(body)).toBe(201)
    // Within a millisecond there is no order.
    clock.advance(1)
    return { ...body, token: String(body.link).split('#')[1] ?? '' }
  }
  const accept = (body: object, headers = {}) =>
    call('POST', '/v1/invitations/accept', { key: null, body, headers: { ...ORIGIN, ...headers } })
  const preview = (token: string) => call('POST', '/v1/invitations/preview', { key: null, body: { token } })
  return { ...server, invite, accept, preview, invitations: `${base}/invitations` }
}

const BOB = { name: 'Bob', password: PASSWORD }

test('an invitation makes an account and a membership, once, and the person is signed in', async () => {
  const { invite, accept, preview, call, base, invitations, organization, database } = await start()
  const { invitation, link, token } = await invite('Bob@Example.com', 'owner')
  expect(invitation).toMatchObject({ email: 'bob@example.com', role: 'owner', status: 'pending' })
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:4280\/invite#inv_/)
  expect((await preview(token)).body).toMatchObject({
    organization: { name: 'Acme' },
    email: 'bob@example.com',
    role: 'owner',
    hasAccount: false,
  })
  for (const field of ['name', 'password'] as const) {
    const { [field]: _, ...rest } = BOB
    const refused = await accept({ token, ...rest })
    expect([refused.body.error.code, Object.keys(refused.body.error.details)]).toEqual(['VALIDATION_FAILED', [field]])
  }
  // Of parallel calls with one link one makes somebody a member.
  const all = await Promise.all([1, 2, 3].map(() => accept({ token, ...BOB })))
  const accepted = all.filter(({ status }) => status === 200)
  expect(accepted).toHaveLength(1)
  const { body, headers } = accepted[0] as (typeof all)[number]
  expect(body).toMatchObject({
    person: { name: 'Bob', email: 'bob@example.com', operator: false },
    membership: { organization: { id: organization.id, name: 'Acme' }, role: 'owner' },
  })
  const me = await call('GET', '/v1/me', { key: null, headers: { cookie: cookieOf(headers) } })
  expect(me.body).toMatchObject({ person: { id: body.person.id, hasPassword: true }, memberships: [{ role: 'owner' }] })
  for (const { status } of [await accept({ token, ...BOB }), await preview(token)]) expect([401, 404]).toContain(status)
  expect((await call('GET', invitations)).body.items).toMatchObject([{ id: invitation.id, status: 'accepted' }])
  expect((await call('GET', `${base}/members`)).body.items).toMatchObject([
    { id: body.membership.id, person: { id: body.person.id }, role: 'owner' },
  ])
  const twice = await call('POST', invitations, { body: { email: 'BOB@example.com', role: 'viewer' } })
  expect(twice.body.error.code).toBe('MEMBER_EXISTS')
  const events = await database.events(organization.id, 1, 100)
  expect(events.map(({ action, actor, target }) => [action, actor.type, target.type]).slice(1)).toEqual([
    ['invitation.create', 'service-key', 'invitation'],
    ['invitation.accept', 'user', 'invitation'],
    ['invitation.create', 'service-key', 'organization'],
  ])
  expect(JSON.stringify(events)).not.toContain(token.split('.')[2])
})

test('whoever has an account accepts when signed in with that address, and nobody else does', async () => {
  const { invite, accept, preview, addPerson, join, call, base, invitations } = await start()
  const [ada, eve] = [await addPerson('Ada'), await addPerson('Eve')]
  const { token } = await invite('ada@example.com', 'admin')
  expect((await preview(token)).body.hasAccount).toBe(true)
  const codes = [
    await accept({ token, ...BOB }),
    await accept({ token }, { cookie: eve.cookie }),
    await accept({ token }, { cookie: ada.cookie, origin: 'https://evil.example' }),
  ].map(({ body }) => body.error.code)
  expect(codes).toEqual(['UNAUTHORIZED', 'FORBIDDEN', 'FORBIDDEN'])
  expect((await accept({ token }, { cookie: ada.cookie })).body).toMatchObject({
    person: { id: ada.id },
    membership: { role: 'admin' },
  })
  const { body } = await call('GET', `${base}/members`)
  expect(body.items.map(({ person }: { person: { id: string } }) => person.id)).toEqual([ada.id])
  // Somebody became a member by another way meanwhile.
  const late = await invite('eve@example.com')
  await join(eve, 'viewer')
  expect((await accept({ token: late.token }, { cookie: eve.cookie })).body.error.code).toBe('MEMBER_EXISTS')
  const again = await call('POST', `${invitations}/${late.invitation.id}/resend`)
  expect(again.body.error.code).toBe('MEMBER_EXISTS')
})

describe('a link leads nowhere', () => {
  test('once it is over, was taken back, replaced, sent again or never made: always with the same answer', async () => {
    const { invite, accept, preview, call, invitations, clock, newServiceKey } = await start()
    const revoked = await invite('a@example.com')
    const taken = await call('DELETE', `${invitations}/${revoked.invitation.id}`)
    expect(taken.body.invitation.status).toBe('revoked')
    // Nothing is left to do, and that is a success.
    expect((await call('DELETE', `${invitations}/${revoked.invitation.id}`)).status).toBe(200)
    const replaced = await invite('b@example.com')
    const replacing = await invite('b@example.com', 'viewer')
    const resent = await invite('c@example.com')
    clock.advance(1_000)
    const sentAgain = await call('POST', `${invitations}/${resent.invitation.id}/resend`)
    const fresh = String(sentAgain.body.link).split('#')[1] ?? ''
    const altered = replacing.token.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A'))
    const otherUse = replacing.token.replace('inv_', 'usr_')
    const dead = [revoked.token, replaced.token, resent.token, altered, otherUse, 'x', '..', `${fresh}x`]
    const answers = await Promise.all(
      dead.flatMap((token) => [preview(token), accept({ token, ...BOB }), accept({ token })]),
    )
    for (const { status, body } of answers) expect([status, body.error.code]).toEqual([404, 'NOT_FOUND'])
    expect(new Set(answers.map(({ body }) => body.error.message)).size).toBe(1)
    for (const token of [replacing.token, fresh]) expect((await preview(token)).status).toBe(200)
    const resend = await call('POST', `${invitations}/${revoked.invitation.id}/resend`)
    expect(resend.body.error.code).toBe('INVITATION_CLOSED')
    clock.advance(7 * DAY)
    for (const token of [replacing.token, fresh]) expect((await preview(token)).status).toBe(404)
    const key = await newServiceKey(['members:read'])
    const statuses = (await call('GET', `${invitations}?limit=2`, { key })).body
    expect(statuses.items.map(({ status }: { status: string }) => status)).toEqual(['expired', 'expired'])
    const rest = await call('GET', `${invitations}?limit=2&cursor=${statuses.nextCursor}`, { key })
    expect(rest.body).toMatchObject({ items: [{ status: 'revoked' }, { status: 'revoked' }], nextCursor: null })
    // One that has expired can be sent again.
    expect((await call('POST', `${invitations}/${resent.invitation.id}/resend`)).body.invitation.status).toBe('pending')
  })

  test('of an organization that is gone', async () => {
    const { invite, preview, call, base } = await start()
    const { token } = await invite('a@example.com')
    await call('DELETE', base)
    expect((await preview(token)).status).toBe(404)
  })
})

test('where mail is sent, the invitation is queued without its link, and no answer has it', async () => {
  const server = await start({ mail: true })
  const { invite, call, invitations } = server
  const { invitation, link } = await invite('a@example.com')
  expect(link).toBeNull()
  expect((await call('POST', `${invitations}/${invitation.id}/resend`)).body.link).toBeNull()
  const mail = { recipient: 'a@example.com', notice: 'invitation', facts: { invitationId: invitation.id } }
  expect(await mailsOf(server)).toEqual([mail, mail])
})

test('a repeated request invites once, and its answer has no link', async () => {
  const { call, invitations } = await start()
  const request = { body: { email: 'a@example.com', role: 'viewer' }, headers: { 'idempotency-key': 'one' } }
  const [first, second] = [await call('POST', invitations, request), await call('POST', invitations, request)]
  expect(second.body).toMatchObject({ invitation: { id: first.body.invitation.id }, link: null, replayed: true })
  expect((await call('GET', invitations)).body.items).toHaveLength(1)
})

test('nobody invites to a role above their own, nor takes such an invitation back', async () => {
  const { addMember, invitations, invite, organization, newServiceKey, call } = await start()
  const [owner, admin] = [await addMember('Olga', 'owner'), await addMember('Adam', 'admin')]
  const as = async (person: typeof owner, role: string, email = `${role}@example.com`) =>
    (await person.call('POST', invitations, { body: { email, role } })).status
  expect([await as(owner, 'owner'), await as(admin, 'admin'), await as(admin, 'viewer')]).toEqual([201, 201, 201])
  expect(await as(admin, 'owner', 'x@example.com')).toBe(403)
  // It would replace one that is above them.
  expect(await as(admin, 'viewer', 'owner@example.com')).toBe(403)
  const { invitation } = await invite('first@example.com', 'owner')
  for (const path of [`/${invitation.id}`, `/${invitation.id}/resend`]) {
    const method = path.endsWith('resend') ? 'POST' : 'DELETE'
    expect((await admin.call(method, invitations + path)).body.error.code).toBe('FORBIDDEN')
  }
  const bound = await newServiceKey(['members:write'], organization.id)
  const body = { email: 'by-service@example.com', role: 'owner' }
  expect((await call('POST', invitations, { key: bound, body })).status).toBe(201)
})

test('an address is one line of an address, and a wrong one is refused by its name', async () => {
  const { call, invitations } = await start()
  for (const email of [
    'nobody',
    'a@b',
    'a b@example.com',
    'a@example.com\r\nbcc: x@y.zz',
    'a\u0000@example.com',
    'a\u0007@x.yy',
  ]) {
    const { status, body } = await call('POST', invitations, { body: { email, role: 'viewer' } })
    expect([status, Object.keys(body.error.details)], JSON.stringify(email)).toEqual([400, ['email']])
  }
})
