import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Ending } from './script.fixture.ts'

const LAUNCHER = fileURLToPath(new URL('../../../bin/claviger.mjs', import.meta.url))

/** Program and first arguments that start the command line. */
export const CLAVIGER = [process.execPath, '--conditions=source', LAUNCHER]

/** `post PATH JSON` sends what a page of the server would send. */
const POST = `
const { CLAVIGER_URL: origin } = process.env
const [path, body] = process.argv.slice(2)
const headers = { origin, 'content-type': 'application/json' }
const answer = await fetch(origin + path, { method: 'POST', headers, body })
console.log(await answer.text())
`

/** A server in a process of its own, on a data directory of its own, and a shell whose `claviger` speaks to it. */
export interface TestDeployment {
  readonly url: string
  /** Answers what a healthy Claviger does not: `/429/…` with that status, `/html/…` with a page. */
  readonly stubUrl: string
  /** Where nobody listens. */
  readonly closedUrl: string
  /** Empty, and the working directory of commands. */
  readonly folder: string
  /** Of its commands. */
  readonly env: NodeJS.ProcessEnv
  run(command: string): Promise<Ending>
  stop(): Promise<void>
}

export async function startDeployment(product = 'strict'): Promise<TestDeployment> {
  const home = mkdtempSync(join(tmpdir(), 'claviger-cli-'))
  const folder = mkdtempSync(join(home, 'work-'))
  writeFileSync(join(home, 'claviger'), `#!/bin/sh\nexec ${CLAVIGER.map((word) => `'${word}'`).join(' ')} "$@"\n`)
  writeFileSync(join(home, 'post.mjs'), POST)
  writeFileSync(join(home, 'post'), `#!/bin/sh\nexec '${process.execPath}' '${join(home, 'post.mjs')}' "$@"\n`)
  for (const command of ['claviger', 'post']) chmodSync(join(home, command), 0o755)
  const env: NodeJS.ProcessEnv = {
    PATH: [home, process.env.PATH].join(delimiter),
    HOME: home,
    CLAVIGER_DATA_DIR: join(home, 'data'),
    CLAVIGER_PROFILE: fileURLToPath(new URL(`${product}.product.yaml`, import.meta.url)),
    // Halves the time that a command takes to start.
    NODE_COMPILE_CACHE: join(home, 'cache'),
  }
  const run = (command: string) => runShell(command, folder, env)

  const server = spawn('claviger', ['serve', '--port', '0', '--log-level', 'silent'], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise((resolve) => server.once('exit', resolve))
  const stub = await startStub()
  const stop = async () => {
    server.kill('SIGTERM')
    stub.close()
    await exited
    rmSync(home, { recursive: true, force: true })
  }
  try {
    env.CLAVIGER_URL = await addressOf(server)
    const made = await run('claviger service-key create --name scripts --json')
    env.CLAVIGER_KEY = JSON.parse(made.stdout).secret
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: env.CLAVIGER_URL,
    stubUrl: stub.url,
    closedUrl: `http://127.0.0.1:${await freePort()}`,
    folder,
    env,
    run,
    stop,
  }
}

/** @returns the address that a server prints when it listens. */
export async function addressOf({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  let [printed, complaints] = ['', '']
  stderr.on('data', (chunk) => {
    complaints += chunk
  })
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk
    const address = / at (http:\S+)\n/.exec(printed)?.[1]
    if (address) return address
  }
  throw new Error(`the server ended before it listened: ${printed}${complaints}`)
}

export function runShell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const shell = spawn('/bin/sh', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    shell.stdout.on('data', (chunk) => stdout.push(chunk))
    shell.stderr.on('data', (chunk) => stderr.push(chunk))
    shell.on('error', reject)
    shell.on('close', (code) => {
      const [out, err] = [stdout, stderr].map((chunks) => Buffer.concat(chunks).toString('utf8'))
      resolve({ stdout: out ?? '', stderr: err ?? '', exitCode: code ?? -1 })
    })
  })
}

async function startStub(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const [, kind = ''] = request.url?.split('/') ?? []
    if (!/^\d{3}$/.test(kind)) return void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad</h1>')
    const error = { code: `CODE_${kind}`, message: `This is a ${kind}.`, details: {}, requestId: 'req_stub' }
    response.writeHead(Number(kind), { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
