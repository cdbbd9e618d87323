import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import type { Engine } from '../storage/dialect.ts'
import { migrate } from '../storage/migrate.ts'
import { openPostgres } from '../storage/postgres.ts'
import { PostgresClaim } from '../storage/postgres-claim.ts'
import { openSqlite } from '../storage/sqlite.ts'
import { administer } from './administer.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Which engine the tests of a project run on. */
    engine: 'sqlite' | 'postgres'
    /** The PostgreSQL that is there for the tests, and its database with tables and nothing in them. */
    postgres: { url: string; template: string }
  }
}

/** A database of one test's own, with its tables, on the engine the tests run on. */
export async function openTestEngine(): Promise<Engine> {
  return inject('engine') === 'postgres' ? openTestPostgres() : openTestSqlite()
}

async function openTestPostgres(): Promise<Engine> {
  return openPostgresAlone(await createPostgresDatabase(inject('postgres').template))
}

/** As a server does that is alone on it. */
export async function openPostgresAlone(url: string): Promise<Engine> {
  return openPostgres(url, await PostgresClaim.take(url))
}

async function openTestSqlite(): Promise<Engine> {
  const file = join(temporaryDirectory(), 'claviger.db')
  blankSqlite ??= makeBlankSqlite()
  writeFileSync(file, await blankSqlite)
  return openSqlite(file)
}

/** A database with its tables and nothing in them: to copy it is faster than to make it. */
let blankSqlite: Promise<Buffer> | undefined

async function makeBlankSqlite(): Promise<Buffer> {
  const file = join(temporaryDirectory(), 'claviger.db')
  const engine = openSqlite(file)
  await migrate(engine)
  await engine.close()
  return readFileSync(file)
}

/** An empty directory, gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'claviger-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

/** @returns the URL of a new database, gone after the test. Without a template it is empty. */
export async function createPostgresDatabase(template = 'template1'): Promise<string> {
  const server = inject('postgres').url
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${template} strategy file_copy`)
  onTestFinished(() => dropPostgresDatabase(name))
  const url = new URL(server)
  url.pathname = name
  return url.href
}

/** Also where it is gone already. */
export async function dropPostgresDatabase(name: string): Promise<void> {
  await administer(inject('postgres').url, `drop database if exists ${name} with (force)`)
}
