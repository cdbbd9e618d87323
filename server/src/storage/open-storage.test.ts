import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createPostgresDatabase, temporaryDirectory } from '../testing/test-engine.ts'
import { type Company, type OpenStorage, openStorage, type StorageOptions } from './open-storage.ts'

const newKey = () => randomBytes(32).toString('hex')

/** An empty place for a database, and whatever opens it for the length of the test. */
async function prepare() {
  const databaseUrl = inject('engine') === 'postgres' ? await createPostgresDatabase() : null
  const options: StorageOptions = { dataDir: join(temporaryDirectory(), 'data'), databaseUrl, masterKey: null }
  const open = async (company: Company, more: Partial<StorageOptions> = {}) => {
    const storage = await openStorage({ ...options, ...more }, company)
    onTestFinished(() => storage.close())
    return storage
  }
  return { options, open }
}

describe('company', () => {
  test('a second server is refused with one line, and let in when the first has stopped', async () => {
    const { open } = await prepare()
    const first = await open('alone')
    await expect(open('alone')).rejects.toThrow(/^another Claviger.* runs on .*; stop it first/)
    await first.close()
    await expect(open('alone')).resolves.toBeDefined()
  })

  test('a command runs beside a server', async () => {
    const { open } = await prepare()
    const server = await open('alone')
    const command = await open('beside')
    expect(command.migrated).toEqual([])
    expect(await command.database.version()).toBe(await server.database.version())
  })

  test('changes by a server and by a command beside it come in one order, however many at once', async () => {
    const { open } = await prepare()
    const both = [await open('alone'), await open('beside')]
    const versions: number[] = []
    const change = ({ database }: OpenStorage) =>
      database.transact(async (writes) => {
        versions.push(await writes.nextVersion('token'))
        return { commit: true, value: null }
      })
    await Promise.all(Array.from({ length: 10 }, () => both.map(change)).flat())
    expect(versions).toEqual(Array.from({ length: 20 }, (_, before) => before + 1))
  })

  test('tables are made once when two processes start at once', async () => {
    const { open } = await prepare()
    const both = await Promise.all([open('beside'), open('beside')])
    expect(both.map(({ migrated }) => migrated).sort()).toEqual([[], expect.arrayContaining(['0001-first-tables'])])
    for (const { database } of both) expect(await database.version()).toBe(0)
  })
})

describe('the server key', () => {
  test('is made on the first start and found on the next', async () => {
    const { open, options } = await prepare()
    await (await open('alone')).close()
    expect(existsSync(join(options.dataDir, 'server-key'))).toBe(true)
    await expect(open('alone')).resolves.toMatchObject({ migrated: [] })
  })

  test('is never made anew for a database that holds data', async () => {
    const { open, options } = await prepare()
    await (await open('alone', { masterKey: newKey() })).close()
    await expect(open('alone')).rejects.toMatchObject({ name: 'ServerKeyError' })
    expect(existsSync(join(options.dataDir, 'server-key'))).toBe(false)
  })

  test('of another database is refused, also when both come first', async () => {
    const { open } = await prepare()
    const keys = [newKey(), newKey()]
    await (await open('beside', { masterKey: keys[0] ?? '' })).close()
    await expect(open('alone', { masterKey: keys[1] ?? '' })).rejects.toMatchObject({ name: 'ServerKeyError' })
    const { open: openAnother } = await prepare()
    const race = await Promise.allSettled(keys.map((masterKey) => openAnother('beside', { masterKey })))
    expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})
