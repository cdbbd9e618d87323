import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { composeCommand } from './commands.ts'
import { administer } from './testing/administer.ts'
import { PostgresProxy } from './testing/postgres-proxy.ts'
import { PostgresServer } from './testing/postgres-server.ts'
import { createPostgresDatabase } from './testing/test-engine.ts'
import { eventually, type ListeningServer, listen } from './testing/test-server.ts'

const LOCK = Buffer.from('claviger').readBigInt64BE()
const END_CLAIM = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name like 'claviger server %'`
// The catalogue shows the locks of all databases.
const HOLDER = `select pid from pg_locks where locktype = 'advisory' and granted
  and database = (select oid from pg_database where datname = current_database())`

/** A key of a new organization, already in memory. */
async function warmKey(server: ListeningServer) {
  const { organization } = (await server.call('POST', '/v1/organizations', { name: 'Acme' })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  const { key, secret } = (await server.call('POST', keys, { name: 'ci', scopes: ['*'] })).body
  expect(await server.verify(secret)).toBe('VALID')
  return {
    id: key.id as string,
    secret: secret as string,
    keys,
    path: `${keys}/${key.id}`,
    revoke: () => server.call('POST', `${keys}/${key.id}/revoke`),
  }
}

async function start() {
  const databaseUrl = await createPostgresDatabase(inject('postgres').template)
  const server = await listen(databaseUrl)
  return { databaseUrl, server, key: await warmKey(server) }
}

async function startBehindProxy() {
  const databaseUrl = await createPostgresDatabase(inject('postgres').template)
  const proxy = await PostgresProxy.before(databaseUrl)
  const server = await listen(proxy.url)
  return { databaseUrl, proxy, server, key: await warmKey(server) }
}

/** A session of somebody else's. */
async function foreignSession(databaseUrl: string): Promise<Client> {
  const client = new Client(databaseUrl)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

describe('the database is stopped', () => {
  test('nothing is answered until it is back, and then everything again without a restart of the server', async () => {
    const postgres = await PostgresServer.start()
    onTestFinished(() => postgres.close())
    const server = await listen(postgres.url())
    const key = await warmKey(server)
    postgres.stop()
    expect(await server.verify(key.secret)).toBe(503)
    expect(await server.ready()).toBe(503)
    expect(await key.revoke()).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } })
    expect((await server.call('GET', key.path)).status).toBe(503)
    postgres.resume()
    await eventually(server.ready, 200)
    expect(await server.verify(key.secret)).toBe('VALID')
    expect((await key.revoke()).status).toBe(200)
    expect(await server.verify(key.secret)).toBe('REVOKED')
  })
})

test('while the database is stopped nobody is signed in, and afterwards whoever was is again', async () => {
  const postgres = await PostgresServer.start()
  onTestFinished(() => postgres.close())
  const server = await listen(postgres.url())
  const command = await composeCommand(server.config)
  const wish = { email: 'ada@example.com', name: 'Ada', resetTwoFactor: false }
  const token = new URL((await command.makeOperator(wish)).link).hash.slice(1)
  await command.close()
  const password = 'correct horse battery'
  const post = (path: string, body: object, cookie = '') =>
    fetch(server.address + path, {
      method: 'POST',
      headers: { origin: server.address, 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })
  expect((await post('/v1/auth/password/reset', { token, password })).status).toBe(200)
  const signedIn = await post('/v1/auth/sign-in', { email: wish.email, password })
  const cookie = signedIn.headers.getSetCookie().join().split(';')[0] ?? ''
  const me = async () => (await fetch(`${server.address}/v1/me`, { headers: { cookie } })).status
  expect(await me()).toBe(200)
  postgres.stop()
  expect(await me()).toBe(503)
  for (const [path, body] of Object.entries({
    '/v1/auth/sign-in': { email: wish.email, password },
    '/v1/auth/password/forgot': { email: wish.email },
    '/v1/auth/sign-out': {},
    '/v1/organizations': { name: 'Acme' },
  })) {
    const answer = await post(path, body, cookie)
    expect([answer.status, answer.headers.getSetCookie()], path).toEqual([503, []])
  }
  postgres.resume()
  await eventually(server.ready, 200)
  expect(await me()).toBe(200)
})

describe('the claim', () => {
  test('a second server is refused, a command beside it is not', async () => {
    const { databaseUrl, server } = await start()
    await expect(listen(databaseUrl)).rejects.toMatchObject({ name: 'DatabaseBusy' })
    const command = await composeCommand(server.config)
    await expect(command.issueServiceKey({ name: 'beside' })).resolves.toBeDefined()
    await command.close()
  })

  test('once lost, no verdict comes from memory until it is had again, and none then rests on what was before', async () => {
    const { databaseUrl, server, key } = await start()
    const other = await foreignSession(databaseUrl)
    // Waits in line, so that it has the lock as soon as the server's session is gone.
    const taken = other.query(`select pg_advisory_lock(${LOCK})`)
    await sleep(100)
    await administer(databaseUrl, END_CLAIM)
    await taken
    await eventually(() => server.verify(key.secret), 503)
    expect(await server.ready()).toBe(503)
    expect((await key.revoke()).status).toBe(503)
    // As another server does it, of whose changes this one is told nothing.
    await other.query(`update keys set revoked_at = 1 where id = '${key.id}'`)
    expect(await server.verify(key.secret)).toBe(503)
    await other.query(`select pg_advisory_unlock(${LOCK})`)
    await eventually(server.ready, 200)
    expect(await server.verify(key.secret)).toBe('REVOKED')
  })

  test('had again on a database that has gone back in time, as a standby that lagged does, rests on what is there now', async () => {
    const { databaseUrl, server, key } = await start()
    const other = await foreignSession(databaseUrl)
    const taken = other.query(`select pg_advisory_lock(${LOCK})`)
    await sleep(100)
    await administer(databaseUrl, END_CLAIM)
    await taken
    await eventually(server.ready, 503)
    await other.query(`delete from authority_changes`)
    await other.query(`update cluster_clock set version = 0`)
    await other.query(`select pg_advisory_unlock(${LOCK})`)
    await eventually(server.ready, 200)
    expect(await server.verify(key.secret)).toBe('VALID')
    expect((await key.revoke()).status).toBe(200)
    expect(await server.verify(key.secret)).toBe('REVOKED')
  })

  test('is not taken through a pooler, behind which a session is not one’s own', async () => {
    const proxy = await PostgresProxy.before(await createPostgresDatabase())
    proxy.disguiseSessions()
    await expect(listen(proxy.url)).rejects.toMatchObject({ name: 'UnusableDatabase' })
  })

  test('is had again at once where only the session was ended', async () => {
    const { databaseUrl, server, key } = await start()
    const before = (await administer(databaseUrl, HOLDER))[0]?.pid
    await administer(databaseUrl, END_CLAIM)
    // Ending a session is a signal: until it has arrived, the old session goes on.
    const isAnother = async () => {
      const pid = (await administer(databaseUrl, HOLDER))[0]?.pid
      return pid !== undefined && pid !== before
    }
    await eventually(isAnother, true, 3_000)
    await eventually(async () => (await key.revoke()).status, 200, 3_000)
    expect(await server.verify(key.secret)).toBe('REVOKED')
  })

  test('is not counted on for more than two seconds when the network swallows everything', async () => {
    const { proxy, server, key } = await startBehindProxy()
    proxy.swallow()
    const cutAt = performance.now()
    await eventually(() => server.verify(key.secret), 503)
    expect(performance.now() - cutAt).toBeLessThan(2_500)
    proxy.cut()
    proxy.deliver()
    await eventually(() => server.verify(key.secret), 'VALID')
  })

  test('of a session that only the database still believes in does not keep its own server out', async () => {
    const { databaseUrl, proxy, server, key } = await startBehindProxy()
    const holder = async () => (await administer(databaseUrl, HOLDER))[0]?.pid
    const before = await holder()
    proxy.strand()
    await eventually(async () => (await key.revoke()).status, 200)
    expect(await server.verify(key.secret)).toBe('REVOKED')
    expect(await holder()).not.toBe(before)
  })
})

describe('a change', () => {
  test('behind a frozen writer is 503 within two seconds, and verdicts go on', async () => {
    const { databaseUrl, server, key } = await start()
    const frozen = await foreignSession(databaseUrl)
    await frozen.query('begin')
    await frozen.query(`select version from cluster_clock for update`)
    const began = performance.now()
    const changes = Promise.all([
      key.revoke(),
      ...Array.from({ length: 5 }, () => server.call('POST', key.keys, { name: 'x' })),
    ])
    expect(await server.verify(key.secret)).toBe('VALID')
    expect((await changes).map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 503])
    expect(performance.now() - began).toBeLessThan(2_500)
    expect(await server.verify(key.secret)).toBe('VALID')
    await frozen.query('rollback')
    expect((await key.revoke()).status).toBe(200)
    expect(await server.verify(key.secret)).toBe('REVOKED')
  })

  test('whose COMMIT is never answered is 503, made, and in force', async () => {
    const { proxy, server, key } = await startBehindProxy()
    proxy.loseAnswerToCommit()
    const answer = await key.revoke()
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } })
    expect(answer.body.error.message).toMatch(/not known/)
    await eventually(server.ready, 200)
    expect(await server.verify(key.secret)).toBe('REVOKED')
    expect((await key.revoke()).status).toBe(200)
  })

  test('whose COMMIT is still on its way when the connection breaks is decided before anything is answered', async () => {
    const { proxy, server, key } = await startBehindProxy()
    const late = proxy.delayCommit()
    expect((await key.revoke()).status).toBe(503)
    await eventually(server.ready, 200)
    const verdict = await server.verify(key.secret)
    late.arrive()
    await sleep(300)
    const { status } = (await server.call('GET', key.path)).body
    expect([verdict, status]).toEqual(['VALID', 'active'])
    expect(await server.verify(key.secret)).toBe('VALID')
  })

  test('that the disk has no room for, or that may only be read, is 503 and leaves nothing', async () => {
    const { databaseUrl, server, key } = await start()
    for (const [sqlstate, meaning] of [
      ['53100', 'disk full'],
      ['58030', 'I/O error'],
      ['25006', 'read only'],
    ]) {
      await administer(
        databaseUrl,
        `create or replace function refuse() returns trigger language plpgsql
           as $$ begin raise exception '${meaning}' using errcode = '${sqlstate}'; end $$`,
        'create or replace trigger refusal before insert on audit_events execute function refuse()',
      )
      expect(await key.revoke(), meaning).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } })
      expect(await server.verify(key.secret)).toBe('VALID')
    }
    await administer(databaseUrl, 'drop trigger refusal on audit_events')
    expect((await key.revoke()).status).toBe(200)
    expect(await server.verify(key.secret)).toBe('REVOKED')
  })
})

describe('an idle connection', () => {
  test('that breaks harms nobody: the next look-up has another', async () => {
    const { databaseUrl, server, key } = await start()
    await administer(
      databaseUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'claviger'`,
    )
    await sleep(200)
    expect((await server.call('GET', key.path)).status).toBe(200)
  })
})
