import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { administer } from '../server/src/testing/administer.ts'
import { PostgresServer } from '../server/src/testing/postgres-server.ts'
import { expectClearFailure } from './command-failure.ts'
import { expectEnvelope } from './error-envelope.ts'
import { NotDone, Operator } from './operator.ts'
import { OwnDisk } from './own-disk.ts'
import { type RunningServer, runClaviger, startServer, temporaryDirectory } from './running-server.ts'
import { findHalfDone } from './stored-changes.ts'

const ROUNDS = process.env.PROOF === 'full' ? 10 : 1
const CHANGING = 8
/** For some changes, so that the disk gets full in the middle of one. */
const SOME_ROOM = 2 ** 20
const profile = 'visitly'
const settings = { profile, logLevel: 'fatal' }

const CHANGES: readonly (readonly [path: string, body: unknown])[] = [
  ['/v1/organizations/ORG/keys', { name: 'refused', description: 'x'.repeat(500) }],
  ['/v1/organizations/ORG/keys/KEY/rotate', {}],
  ['/v1/organizations', { name: 'refused' }],
]
/** PostgreSQL finds room for a small change in pages that it has already. */
const LARGE_CHANGES = CHANGES.slice(0, 1)

interface Deployment {
  server: RunningServer
  serviceKey: string
  operator: Operator
  organization: string
  /** Asked about before anything failed, so that the server remembers it. */
  warm: { id: string; secret: string }
  /** The id of a key that is revoked when there is no room for it. */
  spare: string
  /** What was answered with success: secrets, and what every verify may say of them. */
  acknowledged: Map<string, readonly ('VALID' | 'REVOKED')[]>
}

async function deploy(server: RunningServer): Promise<Deployment> {
  const serviceKey = await server.createServiceKey()
  const operator = new Operator(server.address, serviceKey)
  const { id: organization } = await operator.createOrganization({ name: 'on a failing disk' })
  const { key, secret } = await operator.createKey(organization, {
    name: 'warm',
    rateLimit: { limit: 1_000_000, windowSeconds: 1 },
  })
  expect((await operator.verify(secret)).code).toBe('VALID')
  const warm = { id: key.id, secret }
  const spare = await operator.createKey(organization, { name: 'spare' })
  // Its revocation is refused, and may be made all the same.
  const acknowledged: Deployment['acknowledged'] = new Map([
    [secret, ['VALID']],
    [spare.secret, ['VALID', 'REVOKED']],
  ])
  return { server, serviceKey, operator, organization, warm, spare: spare.key.id, acknowledged }
}

/** The same, after the server was replaced. */
function moved(deployment: Deployment, server: RunningServer): Deployment {
  return { ...deployment, server, operator: new Operator(server.address, deployment.serviceKey) }
}

/** Makes changes on several connections until each of them was refused, and notes what was acknowledged before that. */
async function changeUntilRefused({ server, serviceKey, organization, acknowledged }: Deployment): Promise<void> {
  const clients = Array.from({ length: CHANGING }, async () => {
    const operator = new Operator(server.address, serviceKey)
    try {
      for (;;) {
        const { key, secret } = await operator.createKey(organization, { name: 'x'.repeat(100) })
        acknowledged.set(secret, ['VALID'])
        if (acknowledged.size % 3 > 0) continue
        // Refused for want of room, it may be made all the same: what takes rights away does not wait for the journal.
        acknowledged.set(secret, ['VALID', 'REVOKED'])
        await operator.revoke(organization, key.id)
        acknowledged.set(secret, ['REVOKED'])
      }
    } catch (error) {
      if (!(error instanceof NotDone) || error.status !== 503) throw error
    } finally {
      operator.connection.close()
    }
  })
  await Promise.all(clients)
}

/** In the files that are there, room may be left for a few changes more. */
async function useUpRoom({ operator }: Deployment): Promise<void> {
  for (let refused = 0; refused < 3; ) {
    const { status } = await operator.connection.send('/v1/organizations', { method: 'POST', body: { name: 'x' } })
    refused = status === 503 ? refused + 1 : 0
  }
}

/** What the server still does, and how it says what it cannot do. */
async function expectVerdictsButNoChanges(on: Deployment, changes = CHANGES): Promise<void> {
  const { operator, organization, warm } = on
  for (const [path, sent] of changes) {
    const { status, headers, body } = await operator.connection.send(
      path.replace('ORG', organization).replace('KEY', warm.id),
      { method: 'POST', body: sent },
    )
    const header = (name: string) => headers[name]?.toString()
    expect(expectEnvelope({ status, header, body: JSON.stringify(body) }, path).code).toBe('UNAVAILABLE')
  }
  if (changes === CHANGES) await expectNoRevocation(on)
  // Also while last uses are waiting to be written, and cannot be.
  for (const until = performance.now() + 1_500; performance.now() < until; await sleep(10)) {
    expect((await operator.verify(warm.secret)).code).toBe('VALID')
  }
}

async function expectNoRevocation({ operator, organization, spare }: Deployment): Promise<void> {
  const { status: before } = await operator.key(organization, spare)
  const path = `/v1/organizations/${organization}/keys/${spare}/revoke`
  const { status, raw } = await operator.connection.send(path, { method: 'POST', body: {} })
  // Where an earlier one was made after all there is nothing left to do, but perhaps something to note.
  if (before === 'revoked' && status === 503) expect(raw).toContain('The change is made, but cannot be noted')
  else expect(status).toBe(before === 'revoked' ? 200 : 503)
}

async function expectChangesAgain({ operator, organization, acknowledged }: Deployment): Promise<void> {
  const until = performance.now() + 15_000
  for (;;) {
    try {
      const { secret } = await operator.createKey(organization, { name: 'after' })
      acknowledged.set(secret, ['VALID'])
      return
    } catch (error) {
      if (!(error instanceof NotDone) || error.status !== 503 || performance.now() > until) throw error
      await sleep(50)
    }
  }
}

async function expectAllAcknowledged({ operator, acknowledged }: Deployment): Promise<void> {
  const wrong: string[] = []
  for (const [secret, expected] of acknowledged) {
    const { code } = await operator.verify(secret)
    if (!expected.some((right) => right === code)) wrong.push(`${code} instead of ${expected.join(' or ')}`)
  }
  expect(wrong).toEqual([])
}

test('a full disk refuses changes and nothing else, and is over without a restart when there is room', {
  timeout: 120_000 + ROUNDS * 30_000,
}, async () => {
  // Each round leaves behind what it had room for.
  const disk = await OwnDisk.mount(16 + 2 * ROUNDS)
  const dataDir = join(disk.path, 'data')
  let on = await deploy(await startServer({ ...settings, dataDir }))
  for (let round = 1; round <= ROUNDS; round++) {
    disk.fill(SOME_ROOM)
    await changeUntilRefused(on)
    const makeRoom = disk.fill()
    await useUpRoom(on)
    await expectVerdictsButNoChanges(on)
    makeRoom()
    await expectChangesAgain(on)
    expect(await findHalfDone(dataDir)).toEqual([])
    await expectAllAcknowledged(on)
  }

  // Ended in the very middle of it, by force and in order.
  for (const end of ['SIGKILL', 'SIGTERM'] as const) {
    disk.fill(SOME_ROOM)
    await changeUntilRefused(on)
    const makeRoom = disk.fill()
    on.server.signal(end)
    expect((await on.server.ended).code).toBe(end === 'SIGTERM' ? 0 : null)
    on = moved(on, await on.server.startAgain())
    await expectAllAcknowledged(on)
    await useUpRoom(on)
    await expectVerdictsButNoChanges(on)
    makeRoom()
    await expectChangesAgain(on)
    await expectAllAcknowledged(on)
    expect(await findHalfDone(dataDir)).toEqual([])
  }
  console.info(`full disk: ${on.acknowledged.size} acknowledged keys, all there`)
  expect((await on.server.stop()).code).toBe(0)
})

test('a disk that can only be read refuses changes and starts, and loses nothing acknowledged', async () => {
  const disk = await OwnDisk.mount(16)
  const dataDir = join(disk.path, 'data')
  let on = await deploy(await startServer({ ...settings, dataDir }))
  for (let at = 0; at < 20; at++) await expectChangesAgain(on)
  await disk.fail()
  await expectVerdictsButNoChanges(on)
  expect((await on.server.stop()).code).toBe(0)
  const start = ['serve', '--port', '0', '--data-dir', dataDir, '--profile', profile]
  expectClearFailure(await runClaviger(start), /read-only|readonly/)
  await disk.recover()
  on = moved(on, await on.server.startAgain())
  await expectAllAcknowledged(on)
  expect(await findHalfDone(dataDir)).toEqual([])
  await expectChangesAgain(on)
  expect((await on.server.stop()).code).toBe(0)
})

test('a full disk below PostgreSQL refuses changes and nothing else, and is over without a restart when there is room', {
  timeout: 120_000 + ROUNDS * 30_000,
}, async () => {
  const disk = await OwnDisk.mount(48)
  const postgres = await PostgresServer.start()
  onTestFinished(() => postgres.close())
  const space = postgres.ownDirectory(join(disk.path, 'space'))
  await administer(
    postgres.url(),
    `create tablespace small location '${space}'`,
    'create database kept tablespace small',
  )
  const databaseUrl = postgres.url('kept')
  const dataDir = temporaryDirectory()
  let on = await deploy(await startServer({ ...settings, dataDir, env: { DATABASE_URL: databaseUrl } }))
  for (let round = 1; round <= ROUNDS; round++) {
    disk.fill(SOME_ROOM)
    await changeUntilRefused(on)
    const makeRoom = disk.fill()
    await expectVerdictsButNoChanges(on, LARGE_CHANGES)
    makeRoom()
    await expectChangesAgain(on)
    expect(await findHalfDone(dataDir, databaseUrl)).toEqual([])
    await expectAllAcknowledged(on)
  }
  await on.server.kill()
  on = moved(on, await on.server.startAgain())
  await expectAllAcknowledged(on)
  expect((await on.server.stop()).code).toBe(0)
})
