import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

// Stands in for npm, which would ask a registry: notes that it was called, then does what NPM_DOES says.
const NPM = `
import { appendFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
if (process.argv[2] === 'rebuild') process.exit()
rmSync('node_modules', { recursive: true, force: true })
const bin = \`node_modules/node-\${process.platform}-\${process.arch}/bin\`
mkdirSync(bin, { recursive: true })
mkdirSync('node_modules/.bin')
if (process.env.NPM_DOES === 'fail') {
  console.error('npm error code EUSAGE')
  process.exit(1)
}
if (process.env.NPM_DOES === 'hang') await new Promise((done) => setTimeout(done, 60_000))
if (process.env.NPM_DOES === 'dawdle') await new Promise((done) => setTimeout(done, 500))
mkdirSync('node_modules/approved')
mkdirSync('node_modules/denied')
mkdirSync('node_modules/unknown')
symlinkSync(process.env.NPM_DOES === 'foreign' ? '/dev/null' : process.execPath, \`\${bin}/node\`)
`

let repository: string

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'claviger-install-'))
  put('package.json', '{ "type": "module", "workspaces": ["core"] }')
  put('package-lock.json', '{}')
  put('.npmrc', '')
  put('core/package.json', '{}')
  put('npm/npm-cli.js', NPM)
  mkdirSync(join(repository, 'scripts'))
  cpSync(fileURLToPath(new URL('install.mjs', import.meta.url)), join(repository, 'scripts/install.mjs'))
})

afterEach(() => rmSync(repository, { recursive: true, force: true }))

function put(file: string, content: string): void {
  mkdirSync(dirname(join(repository, file)), { recursive: true })
  writeFileSync(join(repository, file), content)
}

function environment(npmDoes: string): NodeJS.ProcessEnv {
  const npm = { npm_execpath: join(repository, 'npm/npm-cli.js'), npm_node_execpath: process.execPath }
  return { ...process.env, ...npm, NPM_DOES: npmDoes }
}

function install(npmDoes = 'succeed', cwd = repository): { code: number | null; says: string } {
  const script = join(repository, 'scripts/install.mjs')
  const run = spawnSync(process.execPath, [script], { cwd, env: environment(npmDoes), encoding: 'utf8' })
  return { code: run.status, says: run.stdout + run.stderr }
}

function start(npmDoes: string): ChildProcess {
  const script = join(repository, 'scripts/install.mjs')
  return spawn(process.execPath, [script], { env: environment(npmDoes), stdio: 'ignore', detached: true })
}

function calls(): number {
  const file = join(repository, 'calls')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
}

test('an unchanged repository is left alone, without a word', () => {
  expect(install().code).toBe(0)
  expect(install()).toEqual({ code: 0, says: '' })
  expect(calls()).toBe(1)
})

test.each(['package-lock.json', 'package.json', 'core/package.json', '.npmrc'])(
  'a changed %s installs again',
  (file) => {
    install()
    put(file, `${readFileSync(join(repository, file), 'utf8')} `)
    expect(install().code).toBe(0)
    expect(calls()).toBe(2)
  },
)

test('the working directory makes no difference', () => {
  expect(install('succeed', tmpdir()).code).toBe(0)
  expect(existsSync(join(repository, 'node_modules/.bin/node'))).toBe(true)
})

test('no install script of a package runs unless package.json approves it by name', () => {
  put(
    'package.json',
    '{ "workspaces": ["core"], "allowScripts": { "approved": true, "denied": false, "absent": true } }',
  )
  install()
  const [ci, rebuild] = readFileSync(join(repository, 'calls'), 'utf8').split('\n')
  expect(ci).toMatch(/^ci --ignore-scripts /)
  expect(rebuild).toMatch(/^rebuild --ignore-scripts=false approved --loglevel/)
})

test('a failed install shows what npm said, names the remedy and is tried again', () => {
  install()
  put('package-lock.json', '{ }')
  const { code, says } = install('fail')
  expect(code).toBe(1)
  expect(says).toContain('npm error code EUSAGE')
  expect(says).toContain('npm install --package-lock-only')
  put('package-lock.json', '{}')
  install()
  expect(calls()).toBe(3)
})

test('an install killed half-way is never taken for a whole one', async () => {
  install()
  put('package-lock.json', '{ }')
  const half = start('hang')
  while (calls() < 2) await pause(20)
  process.kill(-(half.pid as number), 'SIGKILL')
  await once(half, 'exit')
  put('package-lock.json', '{}')
  expect(install().code).toBe(0)
  expect(calls()).toBe(3)
})

test('of two installs at once, one works and the other waits for it', async () => {
  const both = [start('dawdle'), start('dawdle')]
  const codes = await Promise.all(both.map((run) => once(run, 'exit')))
  expect(codes).toEqual([
    [0, null],
    [0, null],
  ])
  expect(calls()).toBe(1)
})

test('a packaged Node that does not run on this machine is kept off the path', () => {
  expect(install('foreign').code).toBe(0)
  expect(existsSync(join(repository, 'node_modules/.bin/node'))).toBe(false)
})
