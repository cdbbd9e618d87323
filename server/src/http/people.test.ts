import { expect, test } from 'vitest'
import { mailsOf, ORIGIN, PASSWORD, startWithPeople } from './people.fixture.ts'

test('operators see everybody, make accounts and operators, and remove them; the last operator stays', async () => {
  const { addOperator, addMember, call, base } = await startWithPeople()
  const [odin, olga] = [await addOperator('Odin'), await addMember('Olga', 'owner')]
  const created = await odin.call('POST', '/v1/people', { body: { name: 'Ada', email: 'Ada@Example.com' } })
  expect(created.body.person).toMatchObject({ email: 'ada@example.com', operator: false })
  const again = await odin.call('POST', '/v1/people', { body: { name: 'Ada', email: 'ada@example.com' } })
  expect([again.status, again.body.error.code]).toEqual([409, 'MEMBER_EXISTS'])
  const { id } = created.body.person
  const token = String(created.body.link).split('/reset-password#')[1]
  const set = { key: null, body: { token, password: 'something else entirely' }, headers: ORIGIN }
  expect((await call('POST', '/v1/auth/password/reset', set)).status).toBe(200)
  expect((await call('POST', '/v1/auth/password/reset', set)).status).toBe(404)

  const list = (await odin.call('GET', '/v1/people?limit=2')).body
  expect(list.items).toMatchObject([
    { name: 'Odin', operator: true, memberships: [] },
    { name: 'Olga', memberships: [{ id: olga.member, role: 'owner', organization: { name: 'Acme' } }] },
  ])
  expect((await odin.call('GET', `/v1/people?limit=2&cursor=${list.nextCursor}`)).body.items).toMatchObject([{ id }])

  const make = (person: string, operator: boolean) => odin.call('PATCH', `/v1/people/${person}`, { body: { operator } })
  expect((await make(odin.id, false)).body.error.code).toBe('LAST_OWNER')
  expect((await odin.call('DELETE', `/v1/people/${odin.id}`)).body.error.code).toBe('LAST_OWNER')
  expect((await odin.call('DELETE', `/v1/people/${olga.id}`)).body.error.code).toBe('LAST_OWNER')
  expect((await make(id, true)).body.person.operator).toBe(true)
  expect((await make(id, true)).status).toBe(200)
  expect((await make('usr_none', true)).status).toBe(404)

  const key = (await olga.call('POST', `${base}/keys`, { body: { name: 'left' } })).body.key.id
  await addMember('Otto', 'owner')
  expect((await odin.call('DELETE', `/v1/people/${olga.id}`)).status).toBe(200)
  expect((await olga.call('GET', '/v1/me')).status).toBe(401)
  const signIn = { key: null, body: { email: olga.email, password: PASSWORD }, headers: ORIGIN }
  expect((await call('POST', '/v1/auth/sign-in', signIn)).status).toBe(401)
  const departed = (await call('GET', `${base}/reports/departed`)).body.items
  expect(departed).toMatchObject([{ person: { id: olga.id, name: 'Olga' }, keys: [{ id: key }] }])
  // Of what somebody may do nothing is remembered.
  expect((await make(odin.id, false)).status).toBe(200)
  expect((await odin.call('GET', '/v1/people')).status).toBe(403)
})

test('a service key makes or ends operators only when it may do everything, and nobody bound does any of it', async () => {
  const { addOperator, addMember, call, newServiceKey, organization } = await startWithPeople()
  const [odin, dora] = [await addOperator('Odin'), await addMember('Dora', 'developer')]
  const [narrow, bound] = [await newServiceKey(['members:*']), await newServiceKey(['*'], organization.id)]
  const body = { operator: true }
  const attempts = [
    await call('PATCH', `/v1/people/${dora.id}`, { key: narrow, body }),
    await call('PATCH', `/v1/people/${odin.id}`, { key: narrow, body: { operator: false } }),
    await call('DELETE', `/v1/people/${odin.id}`, { key: narrow }),
    await call('POST', '/v1/people', { key: narrow, body: { ...body, name: 'x', email: 'x@example.com' } }),
  ]
  for (const answer of attempts) expect([answer.status, answer.body.error.code]).toEqual([403, 'SCOPE_EXCEEDS_GRANTOR'])
  for (const method of ['PATCH', 'DELETE'] as const) {
    const options = { key: bound, ...(method === 'PATCH' && { body }) }
    expect((await call(method, `/v1/people/${dora.id}`, options)).body.error.code).toBe('FORBIDDEN')
  }
  expect((await dora.call('PATCH', `/v1/people/${dora.id}`, { body })).body.error.code).toBe('FORBIDDEN')
  expect((await call('PATCH', `/v1/people/${dora.id}`, { body })).body.person.operator).toBe(true)
})

test('where mail is sent, the link of a new account is mailed and in no answer', async () => {
  const server = await startWithPeople({ mail: true })
  const headers = { 'idempotency-key': 'one' }
  const body = { name: 'Ada', email: 'ada@example.com' }
  const first = await server.call('POST', '/v1/people', { body, headers })
  expect(first.body.link).toBeNull()
  expect((await server.call('POST', '/v1/people', { body, headers })).body).toMatchObject({
    link: null,
    replayed: true,
  })
  const facts = { personId: first.body.person.id }
  expect(await mailsOf(server)).toEqual([{ recipient: 'ada@example.com', notice: 'password-reset', facts }])
})
