import { copyFileSync, renameSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import type { ServerKey } from '../domain/ports.ts'
import { prepareDeployment } from '../testing/test-record.ts'
import { Journal, type JournalWatcher } from './journal.ts'

const SILENT: JournalWatcher = {
  heads: () => {},
  begun: () => {},
  caughtUp: () => {},
  cut: () => {},
  notShortened: () => {},
  failing: () => {},
  recovered: () => {},
}

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

test('a journal is read before the database is asked: however long it is, no transaction waits for that', async () => {
  const deployment = await prepareDeployment()
  const before = await deployment.open()
  for (let at = 0; at < 20; at++) await createOrganization(before.domain, before.actor, { name: 'Acme' })
  await before.close()

  const { storage } = await deployment.open()
  const { database, serverKey, journalFile } = storage
  const sealed = { within: 0, outside: 0 }
  let isWithin = false
  const watched: ServerKey = {
    version: serverKey.version,
    digest: (sha256) => serverKey.digest(sha256),
    digests: (sha256) => serverKey.digests(sha256),
    derive: (...of) => serverKey.derive(...of),
    seal(payload, version) {
      sealed[isWithin ? 'within' : 'outside']++
      return serverKey.seal(payload, version)
    },
  }
  const journal = new Journal(journalFile, {
    database: {
      ...database,
      transact: (work) =>
        database.transact(async (writes) => {
          isWithin = true
          return work(writes).finally(() => {
            isWithin = false
          })
        }),
    },
    serverKey: watched,
    now: () => deployment.clock.now(),
    watcher: SILENT,
  })
  onTestFinished(() => journal.end())
  expect(await journal.compare()).toEqual([])
  expect(sealed.outside).toBeGreaterThan(20)
  expect(sealed.within).toBe(0)
})
