import { expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'
import { STANDARD } from './organization.fixture.ts'

const plan = (id: string, more: object = {}) => ({
  id,
  label: id,
  maxKeys: 5,
  scopes: null,
  defaultRateLimit: null,
  selfService: false,
  ...more,
})

const LIMITED = plan('limited', { scopes: ['records:*'], defaultRateLimit: { limit: 60, windowSeconds: 60 } })

test('plans are told in the order of the product file, each with how many organizations are on it', async () => {
  const plans = [plan('free'), LIMITED, plan('unused', { maxKeys: null, selfService: true })]
  const { call, database, clock } = await startApp({ product: { ...STANDARD, plans } })
  const create = async (name: string, on?: string) =>
    (await call('POST', '/v1/organizations', { body: { name, ...(on && { plan: on }) } })).body.organization
  await create('a')
  await create('b', 'limited')
  await create('c', 'limited')
  const left = await create('d')
  // As if the product file had had it, when the organization was put on it.
  await database.transact(async (writes) => {
    const organization = await writes.organization(left.id)
    if (!organization) throw new Error('it should be there')
    await writes.updateOrganization({ ...organization, plan: 'trial', updatedAt: clock.now() })
    return { commit: true, value: null }
  })
  const { status, body } = await call('GET', '/v1/plans')
  expect(status).toBe(200)
  expect(body).toEqual({
    items: [
      { ...plans[0], organizations: 1 },
      { ...LIMITED, organizations: 2 },
      { ...plans[2], organizations: 0 },
    ],
    gone: [{ id: 'trial', organizations: 1 }],
  })
})

test('plans are not told to a service key that is bound to one organization', async () => {
  const server = await startApp()
  const { organization } = (await server.call('POST', '/v1/organizations', { body: { name: 'a' } })).body
  const key = await server.newServiceKey(['*'], organization.id)
  expect((await server.call('GET', '/v1/plans', { key })).body.error).toMatchObject({ code: 'FORBIDDEN' })
})
