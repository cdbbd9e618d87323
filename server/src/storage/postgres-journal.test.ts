import { statSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { limitFiles } from '../testing/limit-files.ts'
import { reveal } from '../testing/test-domain.ts'
import { prepareDeployment } from '../testing/test-record.ts'

// With the embedded database on the same full disk nothing is committed that could not be noted.
test('a journal that the disk has no room for: what ends is made, no receipt is given, no key is made, and it is over when there is room', async () => {
  const deployment = await prepareDeployment()
  const open = await deployment.open()
  const { domain, actor, logged } = open
  const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value.id
  const issued = (await issueKey(domain, actor, organization, { name: 'ci' })).value
  const [key, secret] = [issued.key, reveal(issued.secret)]
  const revoke = () => revokeKey(domain, actor, organization, key.id, {})
  expect(await open.verify(secret)).toBe('VALID')
  onTestFinished(() => limitFiles('unlimited'))
  limitFiles(statSync(deployment.journalFile).size + 20)
  await expect(revoke()).rejects.toMatchObject({ name: 'ChangeNotNoted' })
  expect(await open.verify(secret)).toBe('REVOKED')
  // Found done already, and still not noted.
  await expect(revoke()).rejects.toMatchObject({ name: 'ChangeNotNoted' })
  const made = await open.record.database.version()
  await expect(issueKey(domain, actor, organization, { name: 'new' })).rejects.toMatchObject({
    name: 'DatabaseUnavailable',
  })
  expect(await open.record.database.version()).toBe(made)
  expect(logged.filter(([level]) => level === 'error')).toHaveLength(1)

  limitFiles('unlimited')
  expect((await revoke()).receipt).toHaveProperty('effectiveAt')
  expect(logged).toContainEqual(['info', expect.stringContaining('can be written again')])
  await open.close()
  const after = await deployment.open()
  expect(after.notices).toEqual([])
  expect(await after.record.database.key(key.id)).toMatchObject({ revokedAt: expect.any(Number) })
})
