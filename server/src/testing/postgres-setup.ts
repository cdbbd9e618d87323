import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { administer } from './administer.ts'
import { PostgresServer } from './postgres-server.ts'

/** The database of which each test gets a copy: the tables are there and nothing is in them. */
const TEMPLATE = 'template_claviger'

let server: PostgresServer | undefined

/** One PostgreSQL for all tests. */
export async function setup(project: TestProject): Promise<void> {
  server = await PostgresServer.start()
  await administer(server.url(), `create database ${TEMPLATE}`)
  const makeTables = fileURLToPath(new URL('make-tables.ts', import.meta.url))
  execFileSync(process.execPath, ['--conditions=source', makeTables, server.url(TEMPLATE)], { stdio: 'inherit' })
  project.provide('postgres', { url: server.url(), template: TEMPLATE })
}

export async function teardown(): Promise<void> {
  await server?.close()
}
