import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectClearFailure } from './command-failure.ts'
import { Operator } from './operator.ts'
import { runClaviger, startServer, temporaryDirectory } from './running-server.ts'
import { SeededRandom } from './seeded-random.ts'

const PAGES_DAMAGED = process.env.PROOF === 'full' ? 100 : 2
const profile = 'visitly'
const settings = { profile, logLevel: 'fatal' }

/** A stopped deployment with many keys. Each test damages a copy of its own. */
const original = { dataDir: '', serviceKey: '', valid: [] as string[], revoked: [] as string[] }

beforeAll(async () => {
  const server = await startServer(settings)
  const serviceKey = await server.createServiceKey()
  const operator = new Operator(server.address, serviceKey)
  const { id } = await operator.createOrganization({ name: 'kept' })
  for (let at = 0; at < 60; at++) {
    const { key, secret } = await operator.createKey(id, { name: `key ${at}` })
    if (at % 2 === 0) original.valid.push(secret)
    else {
      await operator.revoke(id, key.id)
      original.revoked.push(secret)
    }
  }
  expect((await server.stop()).code).toBe(0)
  Object.assign(original, { dataDir: server.dataDir, serviceKey })
})

function copyOfOriginal(): { dataDir: string; file: string } {
  const dataDir = join(temporaryDirectory(), 'data')
  cpSync(original.dataDir, dataDir, { recursive: true })
  return { dataDir, file: join(dataDir, 'claviger.db') }
}

function photograph(dataDir: string): string[] {
  const names = readdirSync(dataDir).filter((name) => !name.startsWith('claviger.lock'))
  return names.map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(join(dataDir, name)))
        .digest('hex')}`,
  )
}

function overwrite(file: string, position: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, position)
  closeSync(handle)
}

const DAMAGES: [string, (file: string) => void][] = [
  ['emptied', (file) => truncateSync(file, 0)],
  ['cut off within its header', (file) => truncateSync(file, 60)],
  ['cut off after its first page', (file) => truncateSync(file, 4_096)],
  ['cut off in the middle of a page', (file) => truncateSync(file, Math.floor(statSync(file).size / 2) + 700)],
  ['cut off by its last page', (file) => truncateSync(file, statSync(file).size - 4_096)],
  ['garbage', (file) => writeFileSync(file, randomBytes(100_000))],
  ['garbage in its header', (file) => overwrite(file, 0, randomBytes(40))],
  ['garbage in its table of contents', (file) => overwrite(file, 100, randomBytes(3_996))],
  ['another program’s text', (file) => writeFileSync(file, 'id,name\n1,Acme\n'.repeat(1_000))],
]

describe('a start is refused with one line that names the file and a remedy, and no byte is changed, for a database that is', () => {
  test.concurrent.each(DAMAGES)('%s', async (_what, damage) => {
    const { dataDir, file } = copyOfOriginal()
    damage(file)
    const before = photograph(dataDir)
    for (const command of [['serve', '--port', '0'], ['migrate'], ['audit', 'verify']]) {
      const refused = await runClaviger([...command, '--data-dir', dataDir], { CLAVIGER_PROFILE: profile })
      expectClearFailure(refused, /claviger\.db is (empty|damaged).* restore .* backup/)
      expect(refused.stderr).toContain(file)
      expect(photograph(dataDir)).toEqual(before)
    }
  })

  test.concurrent('of a future version', async () => {
    const { dataDir, file } = copyOfOriginal()
    const later = new Sqlite(file)
    later.prepare('insert into kysely_migration (name, timestamp) values (?, ?)').run('9999-later', '2100-01-01')
    later.close()
    const before = photograph(dataDir)
    const refused = await runClaviger(['serve', '--port', '0', '--data-dir', dataDir, '--profile', profile])
    expectClearFailure(refused, /newer version of Claviger .*9999-later.*run that version, or restore a backup/)
    expect(refused.stderr).toContain(file)
    expect(photograph(dataDir)).toEqual(before)
  })
})

test('a database with garbage in its middle lets nobody in who was not let in before', {
  timeout: 120_000 + PAGES_DAMAGED * 10_000,
}, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32))
  const random = new SeededRandom(seed)
  const told = { right: 0, unavailable: 0, refusedStarts: 0 }
  for (let round = 1; round <= PAGES_DAMAGED; round++) {
    const { dataDir, file } = copyOfOriginal()
    const pages = statSync(file).size / 4_096
    overwrite(file, Math.floor(random.between(1, pages)) * 4_096, randomBytes(4_096))
    const server = await startServer({ ...settings, dataDir }).catch((error: Error) => error.message)
    if (typeof server === 'string') {
      expect(server, `seed ${seed}`).toMatch(/^error: \S.*$/m)
      told.refusedStarts++
      continue
    }
    const { connection } = new Operator(server.address, original.serviceKey)
    for (const [secrets, code] of [
      [original.valid, 'VALID'],
      [original.revoked, 'REVOKED'],
    ] as const) {
      for (const key of secrets) {
        const { status, body } = await connection.send<{ code?: string }>('/v1/keys/verify', {
          method: 'POST',
          body: { key },
        })
        // The service key itself may be what is damaged; then nobody is told anything.
        expect([200, 401, 503], `seed ${seed}: ${status}`).toContain(status)
        if (status === 200) expect([code, 'UNKNOWN'], `seed ${seed}`).toContain(body.code)
        if (status === 200 && body.code === code) told.right++
        else told.unavailable++
      }
    }
    await server.kill()
  }
  console.info(
    `damaged pages: ${told.right} right, ${told.unavailable} not known, ${told.refusedStarts} starts refused, seed ${seed}`,
  )
})
