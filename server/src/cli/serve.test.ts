import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Sqlite from 'better-sqlite3'
import { afterAll, expect, test, vi } from 'vitest'
import { addressOf, CLAVIGER, freePort, runShell } from './scripts/deployment.fixture.ts'

// Each of them starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'claviger-serve-'))
const started: ChildProcess[] = []
afterAll(async () => {
  for (const server of started) server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const env = { PATH: process.env.PATH, HOME: folder, NODE_COMPILE_CACHE: join(folder, 'cache') }

function serve(name: string, ...flags: string[]) {
  const [node = '', ...args] = [...CLAVIGER, 'serve', '--data-dir', name, '--log-level', 'silent', ...flags]
  const server = spawn(node, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(server)
  const exited = new Promise<number | null>((resolve) => server.once('exit', resolve))
  return { server, exited, stderr: text(server.stderr) }
}

/** A request of which the server waits for the rest: it has been accepted, and closing waits for it. */
async function beginRequest(address: string): Promise<Socket> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n')
  await pause(100)
  return socket
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('the command it prints makes a service key that works, from another shell', async () => {
  const { server, exited } = serve("it's here", '--profile', 'visitly', '--port', '0')
  const printed: Buffer[] = []
  server.stdout.on('data', (chunk) => printed.push(chunk))
  const address = await addressOf(server)
  await pause(50)
  const lines = Buffer.concat(printed).toString().split('\n')
  expect(lines[0]).toBe(`Claviger serves Visitly at ${address}`)
  const next = lines[1]?.replace('Next: npx claviger ', '') ?? ''
  expect(lines[2]?.trim()).toBe(`export CLAVIGER_URL=${address}`)

  const claviger = CLAVIGER.map((word) => `'${word}'`).join(' ')
  const made = await runShell(`${claviger} ${next} --json`, folder, env)
  expect(made.stderr).toBe('')
  const { secret } = JSON.parse(made.stdout)
  const listed = await fetch(`${address}/v1/organizations`, { headers: { authorization: `Bearer ${secret}` } })
  expect(listed.status).toBe(200)
  server.kill('SIGTERM')
  expect(await exited).toBe(0)
})

test('what was accepted before a signal is answered, also when the signal arrives by several ways at once', async () => {
  const { server, exited, stderr } = serve('drain', '--port', '0')
  const socket = await beginRequest(await addressOf(server))
  const answer = text(socket)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) server.kill(signal)
  await pause(300)
  socket.write('\r\n')
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(await exited).toBe(0)
  expect(await stderr).toBe('note: stopping: what was accepted is answered first; a second signal stops at once\n')
})

test('a second signal does not wait for what is left', async () => {
  const { server, exited } = serve('hurry', '--port', '0')
  await beginRequest(await addressOf(server))
  server.kill('SIGTERM')
  await pause(400)
  expect(server.exitCode).toBeNull()
  server.kill('SIGINT')
  expect(await exited).toBe(130)
})

test('a reader of its output that leaves takes nothing with it', async () => {
  const port = await freePort()
  const { server, exited, stderr } = serve('epipe', '--port', String(port))
  server.stdout.destroy()
  await expect
    .poll(() => fetch(`http://127.0.0.1:${port}/healthz`).then(({ status }) => status), {
      timeout: 30_000,
      interval: 50,
    })
    .toBe(200)
  server.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(await stderr).toMatch(/^note: stopping.*\n$/)
})

test('a database of a newer version is left alone, with one line', async () => {
  mkdirSync(join(folder, 'future'), { mode: 0o700 })
  const migrated = await runShell(
    `${CLAVIGER.map((word) => `'${word}'`).join(' ')} migrate --data-dir future`,
    folder,
    env,
  )
  expect(migrated.exitCode).toBe(0)
  const database = new Sqlite(join(folder, 'future', 'claviger.db'))
  database.exec("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2999')")
  database.close()
  const { exited, stderr } = serve('future', '--port', '0')
  expect(await exited).toBe(1)
  expect(await stderr).toMatch(
    /^error: \S+claviger\.db: the database was written by a newer version of Claviger \(9999-from-the-future\);.*\n$/,
  )
})
