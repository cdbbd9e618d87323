import { describe, expect, test } from 'vitest'
import { startWithPeople, type TestMember } from './people.fixture.ts'

async function start() {
  const server = await startWithPeople()
  const at = ({ member }: TestMember) => `${server.base}/members/${member}`
  const role = (by: TestMember, of: TestMember, wanted: string, headers = {}) =>
    by.call('PATCH', at(of), { body: { role: wanted }, headers })
  return { ...server, at, role }
}

describe('roles', () => {
  test('are given and taken by owners, and by admins up to their own; the change counts at once', async () => {
    const { addMember, role, base, call } = await start()
    const [olga, adam, dora] = [
      await addMember('Olga', 'owner'),
      await addMember('Adam', 'admin'),
      await addMember('Dora', 'developer'),
    ]
    expect((await role(dora, dora, 'admin')).status).toBe(403)
    expect((await role(adam, dora, 'owner')).status).toBe(403)
    expect((await role(adam, adam, 'owner')).status).toBe(403)
    expect((await role(adam, olga, 'viewer')).status).toBe(403)
    const keys = `${base}/keys`
    expect((await dora.call('POST', keys, { body: { name: 'x' } })).status).toBe(201)
    const stale = await role(adam, dora, 'viewer', { 'if-match': '"7"' })
    expect(stale.body.error.code).toBe('VERSION_CONFLICT')
    const changed = await role(adam, dora, 'viewer', { 'if-match': '"1"' })
    expect(changed.body).toMatchObject({ member: { role: 'viewer', version: 2 }, receipt: { verifiers: 1 } })
    expect((await dora.call('POST', keys, { body: { name: 'x' } })).body.error).toMatchObject({
      code: 'FORBIDDEN',
      details: { role: 'viewer', requiredRight: 'keys:write' },
    })
    expect((await role(adam, dora, 'viewer')).body.member.version).toBe(2)
    const list = (await call('GET', `${base}/members?limit=2`)).body
    expect(list.items).toMatchObject([{ person: { name: 'Olga' } }, { person: { name: 'Adam', twoFactor: false } }])
    expect((await call('GET', `${base}/members?limit=2&cursor=${list.nextCursor}`)).body.items).toMatchObject([
      { role: 'viewer' },
    ])
  })

  test('leave an organization an owner, whoever asks and however many at once', async () => {
    const { addMember, role, at, call } = await start()
    const [olga, otto] = [await addMember('Olga', 'owner'), await addMember('Otto', 'owner')]
    const both = await Promise.all([role(olga, otto, 'viewer'), role(otto, olga, 'viewer')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
    const last = both[0]?.status === 200 ? olga : otto
    const answers = [
      await last.call('DELETE', at(last)),
      await role(last, last, 'admin'),
      await call('DELETE', at(last)),
      await call('PATCH', at(last), { body: { role: 'viewer' } }),
    ]
    for (const { status, body } of answers) expect([status, body.error.code]).toEqual([409, 'LAST_OWNER'])
  })

  test.each(['leave', 'remove each other'])('of two owners who %s at the same moment one stays', async (what) => {
    const { addMember, at, base, call } = await start()
    const [olga, otto] = [await addMember('Olga', 'owner'), await addMember('Otto', 'owner')]
    const [first, second] = what === 'leave' ? [olga, otto] : [otto, olga]
    const both = await Promise.all([first.call('DELETE', at(olga)), second.call('DELETE', at(otto))])
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await call('GET', `${base}/members`)).body.items).toMatchObject([{ role: 'owner' }])
  })
})

describe('a member who is removed', () => {
  test('is signed out at once, and the keys that they answer for are told, and go on working', async () => {
    const { addMember, at, base, call, code, create, clock } = await start()
    const [adam, dora] = [await addMember('Adam', 'admin'), await addMember('Dora', 'developer')]
    const make = async (name: string) => (await dora.call('POST', `${base}/keys`, { body: { name } })).body
    const [kept, revoked, other] = [await make('kept'), await make('revoked'), await create()]
    await dora.call('POST', `${base}/keys/${revoked.key.id}/revoke`)
    const { status, body } = await adam.call('DELETE', at(dora))
    expect([status, body.receipt.verifiers]).toEqual([200, 1])
    const { id, prefix } = kept.key
    expect(body.keys).toEqual([{ id, name: 'kept', prefix, status: 'active', environment: null, lastUsedAt: null }])
    for (const url of ['/v1/me', `${base}/keys`]) expect((await dora.call('GET', url)).status).toBe(401)
    for (const { secret } of [kept, other]) expect(await code(secret)).toBe('VALID')
    const departed = (await adam.call('GET', `${base}/reports/departed`)).body
    expect(departed).toEqual({
      items: [
        {
          person: { id: dora.id, name: 'Dora' },
          leftAt: new Date(clock.now()).toISOString(),
          keys: [expect.anything()],
        },
      ],
      nextCursor: null,
    })
    expect((await adam.call('DELETE', at(dora))).status).toBe(404)
    expect((await call('GET', `${base}/keys?createdBy=${dora.id}`)).body.items).toHaveLength(2)
  })

  test('comes back by no link that was sent before', async () => {
    const { addPerson, join, call, base, at } = await start()
    const invited = await call('POST', `${base}/invitations`, { body: { email: 'bob@example.com', role: 'viewer' } })
    const token = String(invited.body.link).split('#')[1]
    const bob = await join(await addPerson('Bob'), 'viewer')
    expect((await call('DELETE', at(bob))).status).toBe(200)
    const preview = await call('POST', '/v1/invitations/preview', { key: null, body: { token } })
    expect(preview.status).toBe(404)
  })

  test('may be oneself: whoever leaves stays signed in and sees the organization no more', async () => {
    const { addMember, at, base } = await start()
    const [vera, dora] = [await addMember('Vera', 'viewer'), await addMember('Dora', 'developer')]
    for (const by of [vera, dora]) {
      const other = by === vera ? dora : vera
      expect((await by.call('DELETE', at(other))).body.error).toMatchObject({ code: 'FORBIDDEN' })
    }
    expect((await vera.call('DELETE', at(vera))).body.keys).toEqual([])
    expect((await vera.call('GET', '/v1/me')).body.memberships).toEqual([])
    expect((await vera.call('GET', `${base}/keys`)).status).toBe(404)
  })
})

test('members, invitations and people of elsewhere are not there', async () => {
  const { addMember, addPerson, join, call, base, newServiceKey, organization } = await start()
  const elsewhere = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
  const olga = await addMember('Olga', 'owner')
  const eve = await join(await addPerson('Eve'), 'viewer', elsewhere)
  const bound = await newServiceKey(['*'], organization.id)
  const there = `/v1/organizations/${elsewhere}`
  const invited = await call('POST', `${there}/invitations`, { body: { email: 'a@example.com', role: 'viewer' } })
  const { id } = invited.body.invitation
  const paths = [`/members/${eve.member}`, `/invitations/${id}`]
  for (const path of paths) {
    for (const organizationBase of [base, there]) {
      for (const answer of [
        await olga.call('DELETE', organizationBase + path),
        await call('DELETE', organizationBase + path, { key: bound }),
        await call('DELETE', `${base}${path.slice(0, -3)}abc`),
      ]) {
        expect([answer.status, answer.body.error.code], organizationBase + path).toEqual([404, 'NOT_FOUND'])
      }
    }
  }
  expect((await call('GET', `${there}/members`)).body.items).toHaveLength(1)
  expect((await call('GET', `${there}/invitations`)).body.items).toMatchObject([{ status: 'pending' }])
})
