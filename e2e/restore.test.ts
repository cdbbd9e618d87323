import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { expectClearFailure } from './command-failure.ts'
import { Operator } from './operator.ts'
import { createServiceKey, type RunningServer, runClaviger, startServer, temporaryDirectory } from './running-server.ts'
import { findHalfDone } from './stored-changes.ts'

const profile = 'visitly'

async function deploymentWith(...names: string[]) {
  const server = await startServer({ profile })
  const serviceKey = await server.createServiceKey()
  const operator = new Operator(server.address, serviceKey)
  const { id: organization } = await operator.createOrganization({ name: 'restored' })
  const keys = await Promise.all(names.map((name) => operator.createKey(organization, { name })))
  return { server, serviceKey, operator, organization, keys }
}

const claviger = (dataDir: string, ...args: string[]) =>
  runClaviger([...args, '--data-dir', dataDir], { CLAVIGER_PROFILE: profile })

async function backUp(server: RunningServer): Promise<string> {
  const file = join(temporaryDirectory(), 'backup.db')
  const made = await claviger(server.dataDir, 'backup', '--to', file)
  expect(made.code, made.stderr).toBe(0)
  expect(made.stderr).toMatch(/the server key is not in it/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  return file
}

test('what was ended after a backup is dead before the restored database serves, and every line of it is printed', async () => {
  const { server, serviceKey, operator, organization, keys } = await deploymentWith('revoked', 'rotated', 'kept')
  const [revoked, rotated, kept] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]]
  const backup = await backUp(server)
  await operator.revoke(organization, revoked.key.id)
  const fresh = await operator.rotate(organization, rotated.key.id)

  expectClearFailure(
    await claviger(server.dataDir, 'restore', '--from', backup, '--yes'),
    /another Claviger runs on .*stop it first/,
  )
  expect((await server.stop()).code).toBe(0)
  expectClearFailure(await claviger(server.dataDir, 'restore', '--from', backup), /repeat with --yes/)
  const restored = await claviger(server.dataDir, 'restore', '--from', backup, '--yes')
  expect(restored.stderr).toBe('')
  expect(restored.code).toBe(0)
  expect(restored.stdout).toContain(`${revoked.key.id} revoked again`)
  expect(restored.stdout).toMatch(new RegExp(`${rotated.key.id} disabled, and its old secrets are dead`))
  const aside = /what was there before is (\S+)/.exec(restored.stdout)?.[1] ?? ''
  expect(new Sqlite(aside, { readonly: true }).prepare('select version from cluster_clock').pluck().get()).toBe(7)

  const again = await server.startAgain()
  const after = new Operator(again.address, serviceKey)
  const codes = async () =>
    Promise.all([revoked, rotated, fresh, kept].map(async ({ secret }) => (await after.verify(secret)).code))
  expect(await codes()).toEqual(['REVOKED', 'ROTATED', 'UNKNOWN', 'VALID'])
  expect(again.output.stderr).not.toMatch(/gone back/)
  const verified = await claviger(server.dataDir, 'audit', 'verify', '--head')
  expect(verified.stdout).toMatch(/on 20\S+ the database had gone back from version 7 to 5/)
  expect(verified.code, verified.stdout).toBe(0)
})

test('a file that was put back by hand is found at the next start, which says so before it serves', async () => {
  const { server, serviceKey, operator, organization, keys } = await deploymentWith('revoked')
  const [revoked] = keys as [(typeof keys)[0]]
  const backup = await backUp(server)
  await operator.revoke(organization, revoked.key.id)
  await server.kill()
  const { dataDir } = server
  const put = new Sqlite(backup)
  await put.backup(join(dataDir, 'claviger.db'))
  put.close()
  const found = await claviger(dataDir, 'audit', 'verify', '--head')
  expect(found.code).toBe(1)
  expect(found.stdout).toMatch(/BROKEN: the database has gone back/)
  expect(found.stdout).toMatch(/BROKEN: org_\w+: cut at its end: it had 3 events and has 2/)

  const again = await server.startAgain()
  expect(again.output.stderr).toContain(`note: ${revoked.key.id} revoked again`)
  expect((await new Operator(again.address, serviceKey).verify(revoked.secret)).code).toBe('REVOKED')
})

test('events cut off the audit log together with its head are found, before and after the next start', async () => {
  const { server, operator, organization, keys } = await deploymentWith('a', 'b')
  await operator.revoke(organization, keys[0]?.key.id ?? '')
  await server.stop()
  const database = new Sqlite(join(server.dataDir, 'claviger.db'))
  database.prepare('delete from audit_events where chain = ? and sequence = 4').run(organization)
  database
    .prepare(
      `update audit_chains set count = 3, mac = (select mac from audit_events where chain = ? and sequence = 3) where chain = ?`,
    )
    .run(organization, organization)
  database.close()
  expect((await claviger(server.dataDir, 'audit', 'verify')).code).toBe(0)
  const found = await claviger(server.dataDir, 'audit', 'verify', '--head')
  expect(found.code).toBe(1)
  expect(found.stdout).toContain(`${organization}: cut at its end: it had 4 events and has 3`)
  // As the log had it, wherever that was shipped.
  const head = new RegExp(`"(${organization}:4:[0-9a-f]{64})"`).exec(server.output.stderr)?.[1] ?? ''
  expect((await claviger(server.dataDir, 'audit', 'verify', '--head', head)).code).toBe(1)
  const again = await server.startAgain()
  expect(again.output.stderr).toMatch(/events were cut off the audit log/)
  const still = await claviger(server.dataDir, 'audit', 'verify', '--head')
  expect(still.code).toBe(1)
  expect(still.stdout).toMatch(/CUT: .* was found with 3 events and had had 4/)
})

test('a backup made under load is whole, and has everything acknowledged before it and nothing by half', async () => {
  const { server, serviceKey, organization } = await deploymentWith()
  const made: string[] = []
  let writing = true
  const writers = [1, 2, 3, 4].map(async () => {
    const writer = new Operator(server.address, serviceKey)
    while (writing) {
      const { key } = await writer.createKey(organization, { name: 'x' })
      made.push(key.id)
    }
    writer.connection.close()
  })
  while (made.length < 20) await sleep(5)
  const before = [...made]
  const backup = await backUp(server)
  const during = made.length - before.length
  writing = false
  await Promise.all(writers)
  expect(during).toBeGreaterThan(0)

  // On a machine of its own, with the server key and nothing else.
  const dataDir = temporaryDirectory()
  copyFileSync(join(server.dataDir, 'server-key'), join(dataDir, 'server-key'))
  const restored = await claviger(dataDir, 'restore', '--from', backup, '--yes')
  expect(restored.code, restored.stderr).toBe(0)
  expect(restored.stderr).toMatch(/there is no journal here/)
  expect(await findHalfDone(dataDir)).toEqual([])
  const elsewhere = await startServer({ dataDir, profile })
  const there = new Operator(elsewhere.address, serviceKey)
  for (const id of before) expect((await there.key(organization, id)).id).toBe(id)
})

test('a restore is refused for what is no backup of this deployment, and nothing is changed by it', async () => {
  const { server, keys, serviceKey } = await deploymentWith('kept')
  const backup = await backUp(server)
  await server.stop()
  const { dataDir } = server
  const other = temporaryDirectory()
  await createServiceKey(other, { profile })
  const before = readdirSync(dataDir).sort()
  const later = join(temporaryDirectory(), 'later.db')
  const future = new Sqlite(backup)
  await future.backup(later)
  future.close()
  const changed = new Sqlite(later)
  changed.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2100-01-01')")
  changed.close()
  const empty = join(temporaryDirectory(), 'empty.db')
  new Sqlite(empty).exec('create table x (y)').close()
  const torn = join(temporaryDirectory(), 'torn.db')
  writeFileSync(torn, readFileSync(backup).fill(7, 20_000, 60_000))
  for (const [from, problem] of [
    [join(other, 'claviger.db'), /not the server key .* that the database was written under/],
    [join(dataDir, 'server-key'), /not a database/],
    [later, /newer version/],
    [empty, /no database of Claviger/],
    [torn, /damaged|malformed/],
    [join(dataDir, 'nothing'), /there is no such file/],
  ] as const) {
    expectClearFailure(await claviger(dataDir, 'restore', '--from', from, '--yes'), problem)
  }
  expectClearFailure(await claviger(dataDir, 'backup', '--to', backup), /never overwrites/)
  expect(readdirSync(dataDir).sort()).toEqual(before)
  const again = await server.startAgain()
  expect((await new Operator(again.address, serviceKey).verify(keys[0]?.secret ?? '')).code).toBe('VALID')
})

test('a rotated server key is taken up by a running server, and every secret of before stays good', async () => {
  const { server, serviceKey, operator, organization, keys } = await deploymentWith('old')
  const rotated = await claviger(server.dataDir, 'server-key', 'rotate')
  expect(rotated.code).toBe(0)
  await expect.poll(() => server.output.stderr, { timeout: 10_000 }).toMatch(/the server key has another version/)
  const made = await server.createServiceKey()
  const fresh = await new Operator(server.address, made).createKey(organization, { name: 'fresh' })
  for (const { secret } of [...keys, fresh]) expect((await operator.verify(secret)).code).toBe('VALID')
  const doctor = await claviger(server.dataDir, 'doctor')
  expect(doctor.stdout).toMatch(/version 2, .*; 2 secrets under version 1; 2 secrets under version 2/)
  expect(doctor.code, doctor.stdout).toBe(0)
  const again = await server.stop().then(() => server.startAgain())
  for (const { secret } of [...keys, fresh]) {
    expect((await new Operator(again.address, serviceKey).verify(secret)).code).toBe('VALID')
  }
  expect((await claviger(server.dataDir, 'audit', 'verify', '--head')).code).toBe(0)
  const entry = readFileSync(join(server.dataDir, 'server-key'), 'utf8').trim().split('\n')
  const secretsOfKey = entry.map((line) => line.split(':')[1] ?? '')
  for (const hex of secretsOfKey) expect(rotated.stdout + rotated.stderr + server.output.stderr).not.toContain(hex)
})
