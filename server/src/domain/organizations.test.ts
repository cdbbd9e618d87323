import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ask, startDomain } from '../testing/test-domain.ts'
import { importKeys } from './import-keys.ts'
import { createOrganization, deleteOrganization } from './organizations.ts'

test('an organization goes with all its keys, also where they are more than one statement can remove', {
  timeout: 90_000,
}, async () => {
  const { domain, actor, database, customers } = await startDomain()
  const { value: organization } = await createOrganization(domain, actor, { name: 'Acme', plan: 'premium' })
  const secretOf = (at: number) => `legacy-secret-${at}`
  const ids: string[] = []
  for (const batch of [0, 1]) {
    const items = Array.from({ length: 600 }, (_, at) => ({
      name: `key ${at}`,
      sha256: createHash('sha256')
        .update(secretOf(batch * 600 + at))
        .digest('hex'),
      credits: { remaining: 5 },
    }))
    const { value } = await importKeys(domain, actor, organization.id, items)
    for (const item of value) if ('key' in item) ids.push(item.key.id)
  }
  expect(await customers.verify(ask(secretOf(1_199)))).toMatchObject({ code: 'VALID' })

  await deleteOrganization(domain, actor, organization.id)

  for (const at of [0, 1_000, 1_199]) {
    expect(await customers.verify(ask(secretOf(at)))).toMatchObject({ code: 'UNKNOWN' })
    expect(await database.key(ids[at] ?? '')).toBeUndefined()
  }
  expect(await database.organization(organization.id)).toBeUndefined()
})
