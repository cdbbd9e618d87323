import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectClearFailure } from './command-failure.ts'
import { Operator } from './operator.ts'
import { createServiceKey, type Ended, runClaviger, startServer, temporaryDirectory } from './running-server.ts'

const profile = 'visitly'

/** A deployment with a key in use, stopped. Each test works on a copy of its own. */
const original = { dataDir: '', serviceKey: '', secret: '' }

beforeAll(async () => {
  const server = await startServer({ profile })
  const serviceKey = await server.createServiceKey()
  const operator = new Operator(server.address, serviceKey)
  const { id } = await operator.createOrganization({ name: 'kept' })
  const { secret } = await operator.createKey(id, { name: 'kept' })
  expect((await operator.verify(secret)).code).toBe('VALID')
  expect((await server.stop()).code).toBe(0)
  Object.assign(original, { dataDir: server.dataDir, serviceKey, secret })
})

function copyOfOriginal(): string {
  const dataDir = join(temporaryDirectory(), 'data')
  cpSync(original.dataDir, dataDir, { recursive: true })
  return dataDir
}

function start(dataDir: string, env: Record<string, string> = {}): Promise<Ended> {
  return runClaviger(['serve', '--port', '0', '--data-dir', dataDir], { CLAVIGER_PROFILE: profile, ...env })
}

/** Names, modes and contents of what counts. A refused start leaves all of it as it was, to the byte. */
function photograph(dataDir: string): Record<string, string> {
  const names = readdirSync(dataDir).filter((name) => !name.startsWith('claviger.lock'))
  return Object.fromEntries(
    names.map((name) => {
      const file = join(dataDir, name)
      const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
      return [name, `${(statSync(file).mode & 0o777).toString(8)} ${digest}`]
    }),
  )
}

describe.concurrent('a start is refused with one clear line, and nothing is damaged by it', () => {
  test('for the server key of another deployment', async () => {
    const dataDir = copyOfOriginal()
    const elsewhere = temporaryDirectory()
    await createServiceKey(elsewhere, { profile })
    cpSync(join(elsewhere, 'server-key'), join(dataDir, 'server-key'))
    const before = photograph(dataDir)

    expectClearFailure(await start(dataDir), /not the server key .*that the database was written under/)
    expect(photograph(dataDir)).toEqual(before)
  })

  test('for a server key in CLAVIGER_MASTER_KEY that is another one, without repeating it', async () => {
    const dataDir = copyOfOriginal()
    const before = photograph(dataDir)
    const [another, broken] = [randomBytes(32).toString('hex'), 'not-a-server-key-at-all']
    const refused = await start(dataDir, { CLAVIGER_MASTER_KEY: `1:${another}` })
    expectClearFailure(refused, /not the server key .*that the database was written under/)
    expect(refused.stderr).not.toContain(another)
    const unreadable = await start(dataDir, { CLAVIGER_MASTER_KEY: broken })
    expectClearFailure(unreadable, /CLAVIGER_MASTER_KEY/)
    expect(unreadable.stderr).not.toContain(broken)
    expect(photograph(dataDir)).toEqual(before)
  })

  test('for a missing server key, and no new one is made', async () => {
    const dataDir = copyOfOriginal()
    rmSync(join(dataDir, 'server-key'))
    const before = photograph(dataDir)
    expectClearFailure(await start(dataDir), /server-key is missing/)
    expect(photograph(dataDir)).toEqual(before)
  })

  test('for a server key that others can read, or that is broken', async () => {
    const dataDir = copyOfOriginal()
    const before = photograph(dataDir)
    const file = join(dataDir, 'server-key')
    const content = readFileSync(file)
    for (const mode of [0o640, 0o604]) {
      chmodSync(file, mode)
      expectClearFailure(await start(dataDir), new RegExp(`${mode.toString(8)}.*chmod 600`))
    }
    chmodSync(file, 0o600)
    writeFileSync(file, content.subarray(0, 20))
    const cut = await start(dataDir)
    expectClearFailure(cut, /server-key must be/)
    expect(cut.stderr).not.toContain(content.toString().slice(2, 20))
    writeFileSync(file, content)
    expect(photograph(dataDir)).toEqual(before)
  })

  test('for a product file that is missing, no YAML, or wrong in several places', async () => {
    const dataDir = copyOfOriginal()
    const before = photograph(dataDir)
    const file = join(temporaryDirectory(), 'product.yaml')
    expectClearFailure(await start(dataDir, { CLAVIGER_PROFILE: 'no-such-product' }), /no-such-product/)
    expectClearFailure(await start(dataDir, { CLAVIGER_PROFILE: file }), /product\.yaml/)
    writeFileSync(file, 'name: [unclosed\n')
    expectClearFailure(await start(dataDir, { CLAVIGER_PROFILE: file }), /product\.yaml:\d+:\d+/)
    writeFileSync(file, 'name: Wrong\nprefix: clv\ncolour: red\nscopes: []\n')
    const wrong = await start(dataDir, { CLAVIGER_PROFILE: file })
    const lines = wrong.stderr.trimEnd().split('\n')
    expectClearFailure(wrong, ...lines.filter((line) => line.startsWith('error: ')).map(() => /product\.yaml:\d+:\d+/))
    for (const what of ['prefix', 'colour', 'scopes']) expect(wrong.stderr).toContain(what)
    expect(photograph(dataDir)).toEqual(before)
  })

  test('for variables and flags with values that cannot be meant, each in a line of its own', async () => {
    const dataDir = copyOfOriginal()
    const before = photograph(dataDir)
    const env = {
      CLAVIGER_PORT: '65536',
      CLAVIGER_HOST: 'not a host',
      CLAVIGER_PUBLIC_URL: 'ftp://keys.example.com',
      CLAVIGER_TRUSTED_PROXIES: '10.0.0.0/8,everyone',
      LOG_LEVEL: 'loud',
    }
    const refused = await runClaviger(['serve', '--data-dir', dataDir], env)
    expectClearFailure(
      refused,
      /CLAVIGER_PORT/,
      /CLAVIGER_HOST/,
      /CLAVIGER_PUBLIC_URL/,
      /CLAVIGER_TRUSTED_PROXIES/,
      /LOG_LEVEL/,
    )
    for (const [flag, value] of [
      ['--port', '80a'],
      ['--port', ''],
      ['--host', ''],
      ['--log-level', 'INFO'],
      ['--data-dir', ''],
    ] as const) {
      expectClearFailure(await runClaviger(['serve', flag, value]), new RegExp(flag))
    }
    expectClearFailure(await runClaviger(['serve', '--colour']), /--colour/)
    expect(photograph(dataDir)).toEqual(before)
  })

  test('for an address that cannot be listened on', async () => {
    const dataDir = copyOfOriginal()
    const before = photograph(dataDir)
    const neighbour = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => neighbour.once('listening', resolve))
    const { port } = neighbour.address() as { port: number }
    const busy = await runClaviger(['serve', '--port', `${port}`, '--data-dir', dataDir, '--profile', profile])
    expectClearFailure(busy, new RegExp(`port ${port}`))
    neighbour.close()
    expectClearFailure(await start(dataDir, { CLAVIGER_HOST: '203.0.113.1' }), /address/)
    expectClearFailure(await start(dataDir, { CLAVIGER_HOST: 'nowhere.invalid' }), /nowhere\.invalid/)
    expect(photograph(dataDir)).toEqual(before)

    const server = await startServer({ dataDir, profile })
    expect((await new Operator(server.address, original.serviceKey).verify(original.secret)).code).toBe('VALID')
    await server.stop()
  })

  test('for a data directory that is none, and for a database that is none or is of a later version', async () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, 'not a directory')
    expectClearFailure(await start(file), /file/)
    expectClearFailure(await start(join(file, 'below')), /file/)

    const dataDir = copyOfOriginal()
    const database = join(dataDir, 'claviger.db')
    const later = new Sqlite(database)
    later.prepare('insert into kysely_migration (name, timestamp) values (?, ?)').run('9999-later', '2100-01-01')
    later.close()
    const before = photograph(dataDir)
    expectClearFailure(await start(dataDir), /newer version/)
    expect(photograph(dataDir)).toEqual(before)

    writeFileSync(database, randomBytes(8192))
    const garbage = photograph(dataDir)
    expectClearFailure(await start(dataDir), /database/)
    expect(photograph(dataDir)).toEqual(garbage)
  })
})
