import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { verifyChain } from '../domain/audit.ts'
import { editKey } from '../domain/edit-key.ts'
import { deleteKey, revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization, deleteOrganization, suspendOrganization } from '../domain/organizations.ts'
import type { Reads } from '../domain/ports.ts'
import { recordRefusal } from '../domain/refused.ts'
import { finishRotation, rotateKey } from '../domain/rotate-key.ts'
import { issueServiceKey, revokeServiceKey } from '../domain/service-keys.ts'
import { switchKey } from '../domain/switch-key.ts'
import { reveal } from '../testing/test-domain.ts'
import { type OpenDeployment, prepareDeployment, type TestDeployment } from '../testing/test-record.ts'
import { JournalFile, readJournal } from './journal-file.ts'

interface Issued {
  id: string
  secret: string
}

const NAMES = ['kept', 'revoked', 'deleted', 'rotated', 'edited', 'disabled', 'enabled', 'finished'] as const

/** A deployment with an organization, a key of each name, and a backup of its database. */
async function backedUp() {
  const deployment = await prepareDeployment()
  const open = await deployment.open()
  const { domain, actor } = open
  const organization = (await createOrganization(domain, actor, { name: 'Acme', plan: 'premium' })).value.id
  const keys = {} as Record<(typeof NAMES)[number], Issued>
  for (const name of NAMES) keys[name] = await issue(open, organization, name)
  await switchKey(domain, actor, organization, keys.enabled.id, 'disable')
  const { secret } = (await rotateKey(domain, actor, organization, keys.finished.id, 3_600)).value
  const old = keys.finished.secret
  keys.finished.secret = reveal(secret)
  await open.close()
  return { deployment, organization, keys, old, goBack: await deployment.backUp() }
}

async function issue({ domain, actor }: OpenDeployment, organization: string, name: string): Promise<Issued> {
  const { key, secret } = (await issueKey(domain, actor, organization, { name })).value
  return { id: key.id, secret: reveal(secret) }
}

async function newest(reads: Reads, chain: string) {
  const scan = { chain, filter: {}, order: 'newest-first', after: null, lastSequence: null, limit: 100 } as const
  return (await reads.scanEvents(scan)).events
}

const linesOf = (deployment: TestDeployment, { storage }: OpenDeployment) =>
  readJournal(deployment.journalFile, storage.serverKey).lines

describe('a database put back to an earlier state', () => {
  test('lets nothing pass that had been ended since, and says what was done', async () => {
    const { deployment, organization, keys, old, goBack } = await backedUp()
    const before = await deployment.open()
    const { domain, actor } = before
    await revokeKey(domain, actor, organization, keys.revoked.id, {})
    await revokeKey(domain, actor, organization, keys.deleted.id, {})
    await deleteKey(domain, actor, organization, keys.deleted.id, undefined)
    const fresh = reveal((await rotateKey(domain, actor, organization, keys.rotated.id, 0)).value.secret)
    await editKey(domain, actor, organization, keys.edited.id, { name: 'narrowed' }, undefined)
    await switchKey(domain, actor, organization, keys.disabled.id, 'disable')
    await switchKey(domain, actor, organization, keys.enabled.id, 'enable')
    await finishRotation(domain, actor, organization, keys.finished.id)
    const lost = await issue(before, organization, 'made since')
    const from = await before.record.database.version()
    await before.close()
    await goBack()

    const after = await deployment.open()
    const verdicts = Object.fromEntries(
      await Promise.all(NAMES.map(async (name) => [name, await after.verify(keys[name].secret)])),
    )
    expect(verdicts).toEqual({
      kept: 'VALID',
      revoked: 'REVOKED',
      deleted: 'REVOKED',
      rotated: 'ROTATED',
      edited: 'DISABLED',
      disabled: 'DISABLED',
      enabled: 'DISABLED',
      finished: 'VALID',
    })
    expect(await after.verify(old)).toBe('ROTATED')
    for (const secret of [fresh, lost.secret]) expect(await after.verify(secret)).toBe('UNKNOWN')
    expect(after.notices[0]).toMatch(new RegExp(`^the database has gone back: .* version ${from} .* version 11$`))
    for (const name of ['revoked', 'deleted'] as const)
      expect(after.notices).toContain(`${keys[name].id} revoked again`)
    expect(after.notices.filter((line) => line.startsWith('key_'))).toHaveLength(6)
    // An old secret stays dead, also when somebody enables its key without giving it a new one.
    await switchKey(after.domain, actor, organization, keys.rotated.id, 'enable')
    expect(await after.verify(keys.rotated.secret)).toBe('ROTATED')
    const again = reveal((await rotateKey(after.domain, actor, organization, keys.rotated.id, 60)).value.secret)
    expect([await after.verify(again), await after.verify(keys.rotated.secret)]).toEqual(['VALID', 'ROTATED'])
  })

  test('says so in its own audit log, whose chains are whole', async () => {
    const { deployment, organization, keys, goBack } = await backedUp()
    const before = await deployment.open()
    await revokeKey(before.domain, before.actor, organization, keys.revoked.id, {})
    await before.close()
    await goBack()
    const { record, storage, close } = await deployment.open()
    const [event] = await newest(record.database, 'deployment')
    expect(event).toMatchObject({ action: 'database.rollback', actor: { type: 'operator', name: 'recovery' } })
    expect(JSON.parse(event?.changes ?? '')).toMatchObject({ version: { before: 12, after: 11 }, reapplied: 1 })
    const [ending] = await newest(record.database, organization)
    expect(ending).toMatchObject({ action: 'key.revoke', target: { id: keys.revoked.id } })
    for (const chain of ['deployment', organization]) {
      expect(await verifyChain(record.database, storage.serverKey, chain)).toMatchObject({ intact: true })
    }
    await close()
    expect((await deployment.open()).notices).toEqual([])
  })

  test('has suspended again what was suspended or deleted since, and the service keys revoked since are revoked', async () => {
    const deployment = await prepareDeployment()
    const open = await deployment.open()
    const { domain, actor } = open
    const make = async (name: string) => {
      const { id } = (await createOrganization(domain, actor, { name })).value
      return { id, ...(await issue(open, id, 'key').then(({ secret }) => ({ secret }))) }
    }
    const [suspended, deleted] = [await make('suspended'), await make('deleted')]
    const service = (await issueServiceKey(domain, actor, { name: 'backend' })).value.key
    await open.close()
    const goBack = await deployment.backUp()
    const before = await deployment.open()
    await suspendOrganization(before.domain, actor, suspended.id)
    await deleteOrganization(before.domain, actor, deleted.id)
    await revokeServiceKey(before.domain, actor, service.id, {})
    await before.close()
    await goBack()
    const after = await deployment.open()
    for (const { secret } of [suspended, deleted]) expect(await after.verify(secret)).toBe('ORGANIZATION_SUSPENDED')
    expect(await after.record.database.key(service.id)).toMatchObject({ revokedAt: expect.any(Number) })
  })

  test('is set right however often it happens, and wherever the one before was cut short', async () => {
    const { deployment, organization, keys, goBack } = await backedUp()
    const before = await deployment.open()
    for (const name of ['kept', 'revoked', 'rotated'] as const) {
      await revokeKey(before.domain, before.actor, organization, keys[name].id, {})
    }
    await before.close()
    for (let cut = 0; cut < 6; cut++) {
      await goBack()
      const journal = readFileSync(deployment.journalFile)
      const once = await deployment.open()
      expect(
        once.notices.filter((line) => line.endsWith('revoked again')),
        `${cut}`,
      ).toHaveLength(3)
      await once.close()
      // As it was when the process died after its first, second … line.
      const written = readFileSync(deployment.journalFile)
      let end = journal.length
      for (let line = 0; line <= cut && end < written.length; line++) end = written.indexOf(10, end) + 1
      writeFileSync(deployment.journalFile, written.subarray(0, end))
      const twice = await deployment.open()
      for (const name of ['kept', 'revoked', 'rotated'] as const) {
        expect(await twice.verify(keys[name].secret), `${cut}`).toBe('REVOKED')
      }
      const events = await newest(twice.record.database, 'deployment')
      expect(events.filter(({ action }) => action === 'database.rollback')).toHaveLength(1)
      await twice.close()
      expect(await deployment.open().then((third) => third.close().then(() => third.notices))).toEqual([])
    }
  })

  test('is noticed also where others have gone on with it, to the same version and beyond', async () => {
    const { deployment, organization, keys, goBack } = await backedUp()
    const before = await deployment.open()
    await revokeKey(before.domain, before.actor, organization, keys.revoked.id, {})
    await before.close()
    const journal = readFileSync(deployment.journalFile)
    await goBack()
    // Another machine has another journal.
    rmSync(deployment.journalFile)
    const elsewhere = await deployment.open()
    for (const name of ['a', 'b', 'c']) await issue(elsewhere, organization, name)
    await revokeKey(elsewhere.domain, elsewhere.actor, organization, keys.edited.id, {})
    await elsewhere.close()
    writeFileSync(deployment.journalFile, journal)
    const after = await deployment.open()
    expect(after.notices[0]).toMatch(
      /version 12 were noted, and it stands at version 15 and shares only .* version 11$/,
    )
    expect(await after.verify(keys.revoked.secret)).toBe('REVOKED')
    await after.close()
    await goBack()
    const last = await deployment.open()
    for (const name of ['revoked', 'edited'] as const) expect(await last.verify(keys[name].secret)).toBe('REVOKED')
    expect(await last.verify(keys.kept.secret)).toBe('VALID')
  })

  test('from before the journal began is set right as far as it knows, and it says from when on that is', async () => {
    const { deployment, organization, keys, goBack } = await backedUp()
    const before = await deployment.open()
    await revokeKey(before.domain, before.actor, organization, keys.revoked.id, {})
    await before.close()
    rmSync(deployment.journalFile)
    const later = await deployment.open()
    await revokeKey(later.domain, later.actor, organization, keys.edited.id, {})
    await later.close()
    await goBack()
    const after = await deployment.open()
    expect(await after.verify(keys.edited.secret)).toBe('REVOKED')
    expect(after.notices).toContainEqual(
      expect.stringContaining('what was ended before 2026-01-15T12:00:00.000Z is not known here'),
    )
  })

  test('answers no change before it has been compared', async () => {
    const { deployment } = await backedUp()
    const { record, domain, actor } = await deployment.open()
    record.suspend()
    const attempt = createOrganization(domain, actor, { name: 'too early' })
    await expect(attempt).rejects.toMatchObject({ name: 'DatabaseUnavailable' })
    await record.recover()
    await createOrganization(domain, actor, { name: 'in time' })
  })
})

describe('the journal', () => {
  test('has a line for each change before its receipt, with the heads and what was ended', async () => {
    const { deployment, organization, keys } = await backedUp()
    const open = await deployment.open()
    const { domain, actor, record } = open
    const lines = linesOf(deployment, open).length
    await revokeKey(domain, actor, organization, keys.revoked.id, {})
    const written = linesOf(deployment, open)
    expect(written).toHaveLength(lines + 1)
    const head = await record.database.chainHead(organization)
    expect(written.at(-1)).toMatchObject({
      kind: 'change',
      version: await record.database.version(),
      heads: [[organization, head?.count, Buffer.from(head?.mac ?? []).toString('hex')]],
      did: [['key.revoke', keys.revoked.id]],
    })
    expect(open.logged).toContainEqual(['info', 'audit log'])
    expect(statSync(deployment.journalFile).mode & 0o777).toBe(0o600)
  })

  test('has the heads of what was refused, too, which is no change and has no version', async () => {
    const { deployment, organization } = await backedUp()
    const open = await deployment.open()
    const before = readFileSync(deployment.journalFile)
    const attempt = { action: 'key.revoke', code: 'FORBIDDEN', organizationId: organization, target: null } as const
    await recordRefusal(open.domain, open.actor, attempt)
    const head = await open.record.database.chainHead(organization)
    const noted = { version: null, heads: [[organization, head?.count, expect.any(String)]], did: [] }
    expect(linesOf(deployment, open).at(-1)).toMatchObject(noted)
    await open.close()
    writeFileSync(deployment.journalFile, before)
    const after = await deployment.open()
    expect(linesOf(deployment, after).at(-1)).toMatchObject(noted)
  })

  test('has whatever was committed beside it, in its order, without calling it a rollback', async () => {
    const { deployment, organization } = await backedUp()
    const open = await deployment.open()
    const beside = { ...open.domain, database: open.storage.database }
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        issueKey(index % 2 ? beside : open.domain, open.actor, organization, { name: `k${index}` }),
      ),
    )
    await open.record.catchUp()
    const last = linesOf(deployment, open).findLast((line) => line.kind === 'change' && line.version !== null)
    expect(last).toMatchObject({ version: await open.record.database.version() })
    await open.close()
    expect((await deployment.open()).notices).toEqual([])
  })

  test('that lacks the last changes, as after a crash between commit and line, gets them from the database', async () => {
    const { deployment, organization, keys, goBack } = await backedUp()
    const open = await deployment.open()
    const journal = readFileSync(deployment.journalFile)
    await revokeKey(open.domain, open.actor, organization, keys.revoked.id, {})
    await issue(open, organization, 'new')
    await open.close()
    writeFileSync(deployment.journalFile, journal)
    appendFileSync(deployment.journalFile, '{"kind":"change","at":17')
    const after = await deployment.open()
    expect(after.notices).toEqual([])
    expect(await after.verify(keys.revoked.secret)).toBe('REVOKED')
    await after.close()
    await goBack()
    expect(await deployment.open().then(({ verify }) => verify(keys.revoked.secret))).toBe('REVOKED')
  })

  test('that has grown long is made short at the next start, and knows everything that it has to know', async () => {
    const { deployment, organization, keys, goBack } = await backedUp()
    const open = await deployment.open()
    await revokeKey(open.domain, open.actor, organization, keys.revoked.id, {})
    await open.close()
    const { journalFile, clock } = deployment
    const { serverKey } = open.storage
    const [begin, ...rest] = readJournal(journalFile, serverKey).lines
    const change = { kind: 'change', at: clock.now(), version: null, token: null, heads: [], did: [] } as const
    const many = Array.from({ length: 15_000 }, () => change)
    if (begin)
      JournalFile.replace(journalFile, serverKey, [begin, ...rest.slice(0, 3), ...many, ...rest.slice(3)]).close()
    const long = statSync(journalFile).size
    const short = await deployment.open()
    expect(short.notices).toEqual([])
    expect(statSync(journalFile).size).toBeLessThan(long / 100)
    expect(statSync(journalFile).mode & 0o777).toBe(0o600)
    await issue(short, organization, 'goes on')
    await short.close()
    expect(await deployment.open().then((again) => again.close().then(() => again.notices))).toEqual([])
    await goBack()
    expect(await deployment.open().then(({ verify }) => verify(keys.revoked.secret))).toBe('REVOKED')
  })

  test('that begins over an existing database takes it as it is, and says so', async () => {
    const { deployment, goBack } = await backedUp()
    rmSync(deployment.journalFile)
    await goBack()
    const open = await deployment.open()
    expect(open.notices).toEqual([])
    expect(open.logged).toContainEqual(['warn', expect.stringContaining('there was no journal')])
  })

  test.each([
    [
      'a line was altered',
      (lines: string[]) => lines.map((line, at) => (at === 4 ? line.replace('"at":1', '"at":2') : line)),
    ],
    ['a line was taken out', (lines: string[]) => lines.filter((_, at) => at !== 4)],
    ['its beginning was cut off', (lines: string[]) => lines.slice(2)],
    ['two lines changed places', ([a = '', b = '', c = '', ...rest]: string[]) => [a, c, b, ...rest]],
    ['a line was added', (lines: string[]) => [...lines, lines.at(-1) ?? '']],
  ])('in which %s keeps the server from starting, and names the line', async (_what, tamper) => {
    const { deployment, organization, keys } = await backedUp()
    const open = await deployment.open()
    await revokeKey(open.domain, open.actor, organization, keys.revoked.id, {})
    await open.close()
    const lines = readFileSync(deployment.journalFile, 'utf8').trimEnd().split('\n')
    writeFileSync(deployment.journalFile, `${tamper(lines).join('\n')}\n`)
    await expect(deployment.open()).rejects.toMatchObject({
      name: 'JournalError',
      message: expect.stringMatching(/line \d+ (was altered|does not belong)/),
    })
  })
})
