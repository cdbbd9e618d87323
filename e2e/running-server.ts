import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection } from './connection.ts'
import { Operator } from './operator.ts'

const CLAVIGER = fileURLToPath(new URL('../server/bin/claviger.mjs', import.meta.url))
export const STARTS_WITHIN_MS = 60_000

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

interface Running {
  process: ChildProcess
  /** What it has said up to now. */
  output: { stdout: string; stderr: string }
  ended: Promise<Ended>
}

const running = new Set<ChildProcess>()
const directories: string[] = []

/** And what they have written. */
export async function endServers(): Promise<void> {
  const ends = [...running].map((child) => once(child, 'close'))
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(ends)
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
}

/** A new empty directory that is gone after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'claviger-e2e-'))
  directories.push(directory)
  return directory
}

/** Runs `claviger` with nothing but these settings: variables of whoever runs the tests do not reach it. */
function launch(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Running {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['--conditions=source', ...nodeFlags, CLAVIGER, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal, ...output })
    })
  })
  return { process: child, output, ended }
}

/** Runs a command to its end. One that does not end is killed, and its signal tells so. */
export async function runClaviger(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { process: child, ended } = launch(args, env)
  const limit = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS)
  try {
    return await ended
  } finally {
    clearTimeout(limit)
  }
}

export interface ServerSettings {
  dataDir?: string
  profile?: string
  logLevel?: string
  /** Any free one unless it is given. */
  port?: number
  env?: Record<string, string>
  /** For Node itself, such as `--inspect`. */
  nodeFlags?: readonly string[]
}

export class RunningServer {
  readonly address: string
  readonly dataDir: string
  readonly output: Readonly<Running['output']>
  readonly ended: Promise<Ended>
  readonly #process: ChildProcess
  readonly #settings: ServerSettings

  constructor({ process: child, output, ended }: Running, address: string, dataDir: string, settings: ServerSettings) {
    this.address = address
    this.dataDir = dataDir
    this.output = output
    this.ended = ended
    this.#process = child
    this.#settings = settings
  }

  get port(): number {
    return Number(new URL(this.address).port)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** `kill -9`. */
  kill(): Promise<Ended> {
    this.signal('SIGKILL')
    return this.ended
  }

  /** As a service manager stops it. */
  stop(): Promise<Ended> {
    this.signal('SIGTERM')
    return this.ended
  }

  /** Another process on the same data directory. */
  startAgain(changed: ServerSettings = {}): Promise<RunningServer> {
    return startServer({ ...this.#settings, dataDir: this.dataDir, ...changed })
  }

  /** @returns the secret of a new service key, made beside the server by the command for it. */
  async createServiceKey(...options: string[]): Promise<string> {
    const made = await createServiceKey(this.dataDir, this.#settings, ...options)
    return made.secret
  }

  async createOperator(): Promise<Operator> {
    return new Operator(this.address, await this.createServiceKey())
  }
}

export async function createServiceKey(
  dataDir: string,
  { profile, env = {} }: ServerSettings,
  ...options: string[]
): Promise<{ id: string; secret: string }> {
  const where = storageFlags(profile === undefined ? { dataDir } : { dataDir, profile })
  const ended = await runClaviger(['service-key', 'create', '--name', 'e2e', '--json', ...where, ...options], env)
  if (ended.code !== 0) throw new Error(`service-key create failed: ${ended.stderr}`)
  return JSON.parse(ended.stdout)
}

/** Starts a server and kills it as soon as `moment` has come, ready or not. */
export async function killWhileStarting(
  settings: ServerSettings & { dataDir: string },
  moment: () => boolean,
): Promise<void> {
  const { process: child, ended } = launch(['serve', '--port', '0', ...storageFlags(settings)], settings.env)
  while (child.exitCode === null && !moment()) await sleep(1)
  child.kill('SIGKILL')
  await ended
}

function storageFlags({ dataDir, profile }: ServerSettings & { dataDir: string }): string[] {
  return ['--data-dir', dataDir, ...(profile === undefined ? [] : ['--profile', profile])]
}

/** Starts a server on a free port. It is ready when this returns. @throws Error with what it said, when it does not start. */
export async function startServer(settings: ServerSettings = {}): Promise<RunningServer> {
  const { dataDir = temporaryDirectory(), logLevel, port = 0, env, nodeFlags } = settings
  const args = ['serve', '--port', String(port), ...storageFlags({ ...settings, dataDir })]
  if (logLevel !== undefined) args.push('--log-level', logLevel)
  const launched = launch(args, env, nodeFlags)
  const ended = launched.ended.then(({ stdout, stderr }) => {
    throw new Error(`the server did not start:\n${stdout}${stderr}`)
  })
  // Without a listener of its own its rejection after the start would be nobody's.
  ended.catch(() => {})
  const address = await Promise.race([addressOf(launched), ended])
  const server = new RunningServer(launched, address, dataDir, settings)
  await Promise.race([untilReady(address), ended])
  return server
}

async function addressOf({ output }: Running): Promise<string> {
  const until = performance.now() + STARTS_WITHIN_MS
  while (performance.now() < until) {
    const address = /(http:\/\/\S+)\s/.exec(output.stdout)?.[1]
    if (address !== undefined) return address
    await sleep(5)
  }
  throw new Error(`the server printed no address:\n${output.stdout}${output.stderr}`)
}

async function untilReady(address: string): Promise<void> {
  const until = performance.now() + STARTS_WITHIN_MS
  const connection = new Connection(address)
  while ((await connection.send('/readyz')).status !== 200) {
    if (performance.now() > until) throw new Error('the server is never ready')
    await sleep(20)
  }
  connection.close()
}
