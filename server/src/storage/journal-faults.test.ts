import { copyFileSync, renameSync } from 'node:fs'
import { expect, test } from 'vitest'
import { revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { prepareDeployment } from '../testing/test-record.ts'

test('a journal that was moved away or written by somebody else gives no receipts, until it is as it was', async () => {
  const deployment = await prepareDeployment()
  const open = await deployment.open()
  const { domain, actor } = open
  const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value.id
  const { key } = (await issueKey(domain, actor, organization, { name: 'ci' })).value
  const revoke = () => revokeKey(domain, actor, organization, key.id, {})
  const { journalFile } = deployment
  copyFileSync(journalFile, `${journalFile}.copy`)
  renameSync(journalFile, `${journalFile}.moved`)
  await expect(revoke()).rejects.toMatchObject({ name: 'ChangeNotNoted' })
  renameSync(`${journalFile}.copy`, journalFile)
  await expect(revoke()).rejects.toMatchObject({ name: 'ChangeNotNoted' })
  renameSync(`${journalFile}.moved`, journalFile)
  expect((await revoke()).receipt).toHaveProperty('effectiveAt')
  await open.close()
  expect((await deployment.open()).notices).toEqual([])
})
