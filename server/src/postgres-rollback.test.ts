import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, onTestFinished, test } from 'vitest'
import { administer } from './testing/administer.ts'
import { limitFiles } from './testing/limit-files.ts'
import { createPostgresDatabase } from './testing/test-engine.ts'
import { eventually, type ListeningServer, listen } from './testing/test-server.ts'

interface Key {
  secret: string
  path: string
}

async function createKeys(server: ListeningServer, ...names: string[]) {
  const { organization } = (await server.call('POST', '/v1/organizations', { name: 'Acme' })).body
  const path = `/v1/organizations/${organization.id}`
  const keys: Key[] = []
  for (const name of names) {
    const { key, secret } = (await server.call('POST', `${path}/keys`, { name })).body
    keys.push({ secret, path: `${path}/keys/${key.id}` })
  }
  return { organization: path, keys }
}

/** Asks one server with the service key that was made for the other. @returns the verdict's code, or the status. */
async function verifyAs(asker: ListeningServer, server: ListeningServer, key: string): Promise<string | number> {
  const answer = await fetch(`${server.address}/v1/keys/verify`, {
    method: 'POST',
    headers: { authorization: asker.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  })
  return answer.status === 200 ? ((await answer.json()) as { code: string }).code : answer.status
}

/** Puts another database in the place of this one while a server runs on it, as a failover to an old copy does. */
async function exchange(databaseUrl: string, old: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1)
  await administer(
    inject('postgres').url,
    `alter database ${name} with allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    `select pg_sleep(0.3)`,
    `alter database ${name} rename to ${name}_newer`,
    `alter database ${old} rename to ${name}`,
  )
  onTestFinished(() => administer(inject('postgres').url, `drop database ${name}_newer with (force)`).then(() => {}))
}

test('a running server whose PostgreSQL has gone back lets nothing pass that had been ended, and serves on', async () => {
  const databaseUrl = await createPostgresDatabase()
  const name = new URL(databaseUrl).pathname.slice(1)
  const first = await listen(databaseUrl)
  const { keys } = await createKeys(first, 'revoked', 'rotated', 'kept')
  const [revoked, rotated, kept] = keys as [Key, Key, Key]
  await first.close()
  await administer(inject('postgres').url, `create database ${name}_old template ${name}`)

  const server = await listen(databaseUrl, first.config.dataDir)
  for (const { secret } of keys) expect(await server.verify(secret)).toBe('VALID')
  expect((await server.call('POST', `${revoked.path}/revoke`)).status).toBe(200)
  const fresh = (await server.call('POST', `${rotated.path}/rotate`, {})).body.secret
  await exchange(databaseUrl, `${name}_old`)

  // The service key that it was asked with is from after the point: whoever was there before asks now.
  await eventually(server.ready, 200)
  await eventually(() => verifyAs(first, server, kept.secret), 'VALID')
  expect(await verifyAs(first, server, revoked.secret)).toBe('REVOKED')
  expect(await verifyAs(first, server, rotated.secret)).toBe('ROTATED')
  expect(await verifyAs(first, server, fresh)).toBe('UNKNOWN')
})

test('while a claim is had again and the database is compared, no change gets in between', async () => {
  const databaseUrl = await createPostgresDatabase()
  const server = await listen(databaseUrl)
  const { organization } = await createKeys(server)
  const statuses = new Set<number>()
  const until = performance.now() + 3_000
  const ended = administer(
    databaseUrl,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'claviger server %' and datname = current_database()`,
  )
  while (performance.now() < until) {
    statuses.add((await server.call('POST', `${organization}/keys`, { name: 'x' })).status)
    await sleep(5)
  }
  await ended
  for (const status of statuses) expect([201, 503]).toContain(status)
  expect(statuses).toContain(201)
})

test('a change that cannot be noted is told as made but without a receipt, and verdicts go on', async () => {
  const server = await listen(await createPostgresDatabase())
  const { keys, organization } = await createKeys(server, 'revoked', 'kept')
  const [revoked, kept] = keys as [Key, Key]
  const { size } = statSync(join(server.config.dataDir, 'journal.ndjson'))
  onTestFinished(() => limitFiles('unlimited'))
  limitFiles(size + 20)
  const answer = await server.call('POST', `${revoked.path}/revoke`)
  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } })
  expect(answer.body.error.message).toMatch(/^The change is made, but cannot be noted/)
  expect([await server.verify(revoked.secret), await server.verify(kept.secret)]).toEqual(['REVOKED', 'VALID'])
  expect((await server.call('POST', `${organization}/keys`, { name: 'x' })).body.error.message).toMatch(
    /nothing was done/,
  )
  limitFiles('unlimited')
  expect((await server.call('POST', `${revoked.path}/revoke`)).body.receipt).toHaveProperty('effectiveAt')
})
