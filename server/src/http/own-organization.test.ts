import { expect, test } from 'vitest'
import { STANDARD } from './organization.fixture.ts'
import { startWithPeople } from './people.fixture.ts'

const plan = (id: string, selfService: boolean) => {
  return { id, label: id, maxKeys: 5, scopes: null, defaultRateLimit: null, selfService }
}
const PRODUCT = { ...STANDARD, plans: [plan('free', true), plan('team', true), plan('custom', false)] }

test('an owner changes the name, the billing contact and, among plans of self-service, the plan', async () => {
  const { addMember, base, call } = await startWithPeople({ product: PRODUCT })
  const olga = await addMember('Olga', 'owner')
  const body = { name: 'Acme Ltd', billingContact: 'bills@acme.example', plan: 'team' }
  const changed = await olga.call('PATCH', base, { body, headers: { 'if-match': '"1"' } })
  expect(changed.body.organization).toMatchObject({ ...body, version: 2 })
  expect((await call('GET', `${base}/catalog`)).body.selfServicePlans).toEqual([
    { id: 'free', label: 'free', maxKeys: 5, scopes: null, defaultRateLimit: null },
    { id: 'team', label: 'team', maxKeys: 5, scopes: null, defaultRateLimit: null },
  ])
  expect(
    (await olga.call('PATCH', base, { body: { billingContact: null } })).body.organization.billingContact,
  ).toBeNull()
  const wrong = await olga.call('PATCH', base, { body: { billingContact: 'nobody' } })
  expect(Object.keys(wrong.body.error.details)).toEqual(['billingContact'])
})

test('an owner leaves everything else to operators, who do it all; nobody of a lesser role changes anything', async () => {
  const { addMember, addOperator, addPerson, base, newServiceKey, organization, call } = await startWithPeople({
    product: PRODUCT,
  })
  const [olga, adam, odin] = [
    await addMember('Olga', 'owner'),
    await addMember('Adam', 'admin'),
    await addOperator('Odin'),
  ]
  const everything = { externalId: 'crm-7', features: {}, plan: 'custom' }
  for (const field of Object.keys(everything) as (keyof typeof everything)[]) {
    const { status, body } = await olga.call('PATCH', base, { body: { name: 'Mine', [field]: everything[field] } })
    expect([status, body.error.code, body.error.details.field]).toEqual([403, 'FORBIDDEN', field])
  }
  for (const path of ['/suspend', '/resume']) expect((await olga.call('POST', base + path)).status).toBe(403)
  expect((await olga.call('DELETE', base)).status).toBe(403)
  expect((await olga.call('POST', '/v1/organizations', { body: { name: 'Second' } })).status).toBe(403)
  expect((await adam.call('PATCH', base, { body: { name: 'Mine' } })).status).toBe(403)
  expect((await (await addPerson('Eve')).call('PATCH', base, { body: { name: 'Mine' } })).status).toBe(404)
  const bound = await newServiceKey(['*'], organization.id)
  expect((await call('PATCH', base, { key: bound, body: { name: 'Mine' } })).status).toBe(403)
  expect((await odin.call('PATCH', base, { body: everything })).body.organization).toMatchObject({
    name: 'Acme',
    externalId: 'crm-7',
    plan: 'custom',
  })
})
