import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyChains } from '../domain/audit.ts'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { reveal } from '../testing/test-domain.ts'
import { prepareDeployment } from '../testing/test-record.ts'
import { rotateKeyFile } from './server-key-file.ts'

async function start() {
  const deployment = await prepareDeployment()
  const open = await deployment.open()
  const organization = (await createOrganization(open.domain, open.actor, { name: 'Acme' })).value.id
  const issue = async (name: string, { domain, actor } = open) =>
    reveal((await issueKey(domain, actor, organization, { name })).value.secret)
  return { deployment, open, organization, issue, file: join(deployment.dataDir, 'server-key') }
}

test('after a rotation of the server key old secrets still verify, new ones are under the new version, and every chain is whole', async () => {
  const { deployment, open, issue, file } = await start()
  const old = await issue('old')
  const first = readFileSync(file, 'utf8').trim()
  expect(rotateKeyFile(file)).toBe(2)
  expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(first)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  // A server that runs on takes it up by itself.
  expect(await open.storage.renewServerKey()).toBe(2)
  expect(await open.storage.renewServerKey()).toBeNull()
  const fresh = await issue('fresh')
  expect(await open.storage.database.secretsByServerKey()).toEqual([
    { version: 1, secrets: 1 },
    { version: 2, secrets: 1 },
  ])
  await open.close()
  rotateKeyFile(file)
  const after = await deployment.open()
  expect(after.notices).toEqual([])
  const newest = await issue('newest', after)
  for (const secret of [old, fresh, newest]) expect(await after.verify(secret)).toBe('VALID')
  const chains = await verifyChains(after.record.database, after.storage.serverKey)
  expect(chains).toEqual([expect.objectContaining({ intact: true, count: 4 })])
})

test('a server key that lacks a version under which something was made is refused, and what runs goes on with what it has', async () => {
  const { deployment, open, issue, file } = await start()
  const old = await issue('old')
  const whole = readFileSync(file, 'utf8')
  rotateKeyFile(file)
  const rotated = readFileSync(file, 'utf8')
  writeFileSync(file, rotated.split('\n').slice(1).join('\n'))
  await expect(open.storage.renewServerKey()).rejects.toMatchObject({ name: 'ServerKeyError' })
  expect(await open.verify(old)).toBe('VALID')
  await issue('meanwhile')
  await open.close()
  await expect(deployment.open()).rejects.toThrow(/lacks version 1, under which this database holds data/)
  writeFileSync(file, rotated)
  expect(await deployment.open().then(({ verify, close }) => verify(old).finally(close))).toBe('VALID')
  writeFileSync(file, whole)
  await expect(deployment.open()).rejects.toThrow(/lacks version 2, under which this database holds data/)
})

test('a key file that holds a bare value keeps it as version 1', async () => {
  const { deployment, open, issue, file } = await start()
  const old = await issue('old')
  await open.close()
  writeFileSync(file, readFileSync(file, 'utf8').replace('1:', ''))
  expect(rotateKeyFile(file)).toBe(2)
  expect(await deployment.open().then(({ verify }) => verify(old))).toBe('VALID')
})
