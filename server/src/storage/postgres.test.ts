import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { administer } from '../testing/administer.ts'
import { createPostgresDatabase } from '../testing/test-engine.ts'
import { createDatabase } from './database.ts'
import { migrate, migrationState } from './migrate.ts'
import { openPostgres } from './postgres.ts'

async function open(url: string) {
  const engine = await openPostgres(url, null)
  onTestFinished(() => engine.close())
  return engine
}

const nameOf = (url: string) => new URL(url).pathname.slice(1)

describe('a PostgreSQL database', () => {
  test('is used under our own settings, whatever the defaults of role, database and URL are', async () => {
    const url = await createPostgresDatabase()
    const settings = {
      default_transaction_isolation: 'serializable',
      default_transaction_read_only: 'on',
      synchronous_commit: 'off',
      statement_timeout: '1',
      lock_timeout: '1',
    }
    for (const [setting, value] of Object.entries(settings)) {
      await administer(
        url,
        'set default_transaction_read_only = off',
        `alter database ${nameOf(url)} set ${setting} = '${value}'`,
      )
    }
    const engine = await open(`${url}?statement_timeout=1&lock_timeout=1&query_timeout=1&application_name=x`)
    await migrate(engine)
    const database = createDatabase(engine)
    const change = () =>
      database.transact(async (writes) => {
        const version = await writes.nextVersion('token')
        await sleep(50)
        return { commit: true, value: version }
      })
    expect(await Promise.all([change(), change(), change()])).toHaveLength(3)
    expect(await database.version()).toBe(3)
  })

  test('is shared with other programs by schema, their migrations mistaken for nobody else’s', async () => {
    const url = await createPostgresDatabase()
    await administer(
      url,
      'create table kysely_migration (name text primary key, timestamp text)',
      `insert into kysely_migration values ('9999-of-another-program', '')`,
      'create schema ours',
    )
    const engine = await open(`${url}?options=-csearch_path%3Dours`)
    expect((await migrationState(engine)).pending).not.toEqual([])
    await migrate(engine)
    expect((await migrationState(engine)).pending).toEqual([])
    const tables = await administer(url, `select 1 from pg_tables where schemaname = 'ours' and tablename = 'keys'`)
    expect(tables).toHaveLength(1)
  })

  test('written by a newer version is left alone', async () => {
    const url = await createPostgresDatabase()
    const engine = await open(url)
    await migrate(engine)
    await administer(url, `insert into kysely_migration values ('9999-of-the-future', '')`)
    await expect(migrate(engine)).rejects.toMatchObject({ name: 'FutureDatabase' })
  })

  test('that cannot hold our text, or has no place for tables, is refused with what to do', async () => {
    const url = await createPostgresDatabase()
    await expect(open(`${url}?options=-csearch_path%3Dnowhere`)).rejects.toThrow(/search_path/)
    const latin = `${nameOf(url)}_latin`
    await administer(url, `create database ${latin} template template0 encoding latin1 locale 'C' locale_provider libc`)
    onTestFinished(async () => {
      await administer(url, `drop database ${latin} with (force)`)
    })
    await expect(open(`${url}_latin`)).rejects.toThrow(/UTF8/)
  })

  test('that is not there, or lets nobody in, is told without the password', async () => {
    const url = new URL(await createPostgresDatabase())
    const wrong = { port: '1', password: 'hunter2', pathname: '/nowhere' }
    for (const [part, value] of Object.entries(wrong)) {
      const attempt = openPostgres(Object.assign(new URL(url), { password: 'hunter2', [part]: value }).href, null)
      await expect(attempt, part).rejects.toMatchObject({ name: 'DatabaseUnavailable' })
      await expect(attempt, part).rejects.not.toThrow(/hunter2/)
    }
  })
})
