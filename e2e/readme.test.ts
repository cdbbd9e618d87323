import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** All that a newcomer's machine has on its path: no Python, no compiler, no make. */
const TOOLS = ['node', 'npm', 'npx', 'sh', 'env', 'cat', 'curl', 'uname']

const folder = mkdtempSync(join(tmpdir(), 'claviger-readme-'))
const clone = join(folder, 'claviger')
const env: Record<string, string> = {}
let server: ChildProcess | undefined
let said = ''
let firstStartMs = 0

beforeAll(async () => {
  copyRepository()
  const port = await freePort()
  Object.assign(env, {
    PATH: newcomersPath(),
    HOME: folder,
    CLAVIGER_PORT: String(port),
    CLAVIGER_URL: `http://127.0.0.1:${port}`,
    // Packages that this machine has fetched before are not fetched again; what is installed is the same.
    npm_config_cache: execFileSync('npm', ['config', 'get', 'cache'], { cwd: tmpdir(), encoding: 'utf8' }).trim(),
    npm_config_prefer_offline: 'true',
  })
  const began = performance.now()
  // A group of its own, so that whatever `npm start` has started can be ended as one.
  server = spawn('npm', ['start'], { cwd: clone, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  server.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  let complained = ''
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complained += text
  })
  while (!/^Or set it up .*\n/m.test(said)) {
    if (server.exitCode !== null) throw new Error(`npm start ended:\n${said}\n${complained}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  firstStartMs = performance.now() - began
}, 240_000)

afterAll(() => {
  if (server?.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

test('its commands do what it shows, from a fresh clone without Python or compilers', () => {
  const known = new Map<string, string>()
  let commands = 0
  for (const [written, expected] of shownCommands()) {
    const command = written.replace(/\b([a-z]+)_…/g, (placeholder, tag: string) => known.get(tag) ?? placeholder)
    if (command === 'npm start') {
      expectLines(said.replaceAll(`:${env.CLAVIGER_PORT}`, ':4280').replace(/\n {6}export .*/, ''), expected)
      continue
    }
    const assignment = /^export (\w+)=(\S+)$/.exec(command)
    if (assignment?.[1] && assignment[2]) {
      env[assignment[1]] = assignment[2]
      continue
    }
    const { stdout, stderr, status } = spawnSync('sh', ['-c', command], { cwd: clone, env, encoding: 'utf8' })
    expectLines(stdout, expected, `${command}\n${stderr}`)
    const isNo = expected.startsWith('REVOKED')
    expect(status, `${command}\n${stderr}`).toBe(isNo ? 10 : 0)
    for (const [token, tag] of stdout.matchAll(/\b([a-z]+)_[0-9A-Za-z]{22,}\b/g)) if (tag) known.set(tag, token)
    commands++
  }
  expect(commands).toBe(6)

  const curl = /```sh\n(curl [\s\S]*?)\n```/.exec(readme())?.[1]?.replace('acme_…', known.get('acme') ?? '')
  const answer = spawnSync('sh', ['-c', (curl ?? '').replace('http://127.0.0.1:4280', env.CLAVIGER_URL ?? '')], {
    env,
    encoding: 'utf8',
  })
  expect(JSON.parse(answer.stdout)).toMatchObject({ valid: false, code: 'REVOKED' })
}, 60_000)

test('npm start ends its server when it is told to', async () => {
  if (!server?.pid) throw new Error('the server was not started')
  const ended = once(server, 'exit')
  process.kill(server.pid, 'SIGTERM')
  await ended
  const { status } = spawnSync('curl', ['--silent', '--max-time', '5', `${env.CLAVIGER_URL}/healthz`])
  expect(status).not.toBe(0)
}, 60_000)

test('a second start installs nothing and is there in a third of the time', async () => {
  const began = performance.now()
  const again = spawn('npm', ['start'], { cwd: clone, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    let text = ''
    let complained = ''
    again.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complained += chunk
    })
    for await (const chunk of again.stdout) {
      text += chunk
      if (/^Next: /m.test(text)) break
    }
    expect(complained).not.toContain('Installing')
    // Other tests run on the same cores at this moment: the benchmark measures the seconds, alone.
    expect(performance.now() - began).toBeLessThan(firstStartMs / 3)
  } finally {
    if (again.pid !== undefined) process.kill(-again.pid, 'SIGKILL')
  }
}, 60_000)

function readme(): string {
  return readFileSync(join(ROOT, 'README.md'), 'utf8')
}

/** Each command of the console blocks, with what is shown below it. */
function shownCommands(): [command: string, output: string][] {
  return [...readme().matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part): [string, string] => {
        const [command = '', ...output] = part.trimEnd().split('\n')
        return [command, output.join('\n')]
      }),
  )
}

/** Each line shown stands in the output, in this order; `…` and runs of blanks may be anything of their kind. */
function expectLines(output: string, shown: string, message?: string): void {
  const lines = output.split('\n')
  let from = 0
  for (const line of shown.split('\n').filter(Boolean)) {
    const pattern = line
      .trim()
      .split(/\s+/)
      .map((word) => word.split('…').map(literally).join('.*'))
      .join('\\s+')
    const at = lines.findIndex((candidate, index) => index >= from && new RegExp(`^\\s*${pattern}`).test(candidate))
    expect(at, `"${line}" is not in:\n${output}\n${message ?? ''}`).toBeGreaterThanOrEqual(0)
    from = at + 1
  }
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** What a clone of the repository would hold, with what is not committed yet. */
function copyRepository(): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    if (!existsSync(join(ROOT, file))) continue
    mkdirSync(dirname(join(clone, file)), { recursive: true })
    cpSync(join(ROOT, file), join(clone, file))
  }
}

function newcomersPath(): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const tool of TOOLS) symlinkSync(ownTool(tool), join(bin, tool))
  for (const tool of ['python3', 'gcc', 'g++', 'cc', 'make']) expect(existsSync(join(bin, tool))).toBe(false)
  return bin
}

/** Where the machine has this tool itself, not what this repository has installed. */
function ownTool(tool: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.includes('node_modules'))
  const found = folders.map((path) => join(path, tool)).find(isExecutable)
  if (found === undefined) throw new Error(`${tool} is not on the path; the README's commands need it`)
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
