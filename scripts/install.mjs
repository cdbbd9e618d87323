// Brings node_modules in step with the lockfile: silent and quick when it already is.
//
// Plain JavaScript without dependencies: it runs before there are any, on the oldest Node and npm the repository
// promises to start from (20 and 9).

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED_NODE = 24
const LOCK_TAKEN = 75

const root = fileURLToPath(new URL('..', import.meta.url))
const stampFile = join(root, 'node_modules', '.install-stamp')
const packagedNode = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
const linkedNode = join(root, 'node_modules', '.bin', 'node')

/** Everything that decides what `npm ci` would put on this machine. */
function wantedStamp() {
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manifests = workspaces.map((folder) => join(folder, 'package.json'))
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['package-lock.json', '.npmrc', 'package.json', ...manifests]) {
    const path = join(root, file)
    hash.update(`\0${file}\0`).update(existsSync(path) ? readFileSync(path) : '-')
  }
  return hash.digest('hex')
}

function isInstalled() {
  return (
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === wantedStamp() &&
    (existsSync(linkedNode) || ownNodeServes())
  )
}

function ownNodeServes() {
  return Number.parseInt(process.versions.node, 10) >= NEEDED_NODE
}

// One install at a time: this script again, holding flock(1) on its own file. The kernel frees it however the holder
// dies. Where there is no flock (macOS) two at once are not kept apart; the loser fails and the next run repairs.
function installAlone() {
  const self = fileURLToPath(import.meta.url)
  const held = (...options) =>
    spawnSync('flock', [...options, self, process.execPath, self, '--locked'], { stdio: 'inherit' })
  let run = held('--nonblock', '--conflict-exit-code', String(LOCK_TAKEN))
  if (run.error) return install()
  if (run.status === LOCK_TAKEN) {
    say('Waiting for the install that is already under way in this folder …')
    run = held()
  }
  return run.status === 0
}

function install() {
  if (isInstalled()) return true
  const stamp = wantedStamp()
  const start = Date.now()
  // Written last and removed first: an install that stops half-way is never taken for a whole one.
  rmSync(stampFile, { force: true })
  say('Installing dependencies …')
  const run = installPackages()
  if (run.error || run.status !== 0) {
    // Up to npm's account of its own options.
    const output = `${run.stderr ?? ''}${run.stdout ?? ''}`
      .split(/^.*Clean install a project$/m, 1)
      .join()
      .trim()
    if (output) say(output)
    say(`Dependencies could not be installed. ${remedyFor(run.error ? String(run.error) : output)}`)
    return false
  }
  if (!nodeIsReady()) return false
  writeFileSync(stampFile, stamp)
  say(`Installed in ${((Date.now() - start) / 1000).toFixed(1)} s.`)
  return true
}

function installPackages() {
  const ci = npm(
    'ci',
    '--ignore-scripts',
    // Development tools and the packaged Node are part of it whatever NODE_ENV or the user's settings say.
    '--include=dev',
    '--include=optional',
    // better-sqlite3 and others ask for a newer Node than the one that installs them; the packaged one runs them.
    '--engine-strict=false',
    '--no-audit',
    '--no-fund',
  )
  const approved = packagesWithScripts()
  if (ci.error || ci.status !== 0 || approved.length === 0) return ci
  return npm('rebuild', '--ignore-scripts=false', ...approved)
}

/** The only packages whose install scripts run: those package.json approves by name and this machine has. */
function packagesWithScripts() {
  const { allowScripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const approved = Object.keys(allowScripts).filter((name) => allowScripts[name] === true)
  return approved.filter((name) => existsSync(join(root, 'node_modules', name)))
}

function npm(...options) {
  // The npm that started us, with the Node it runs on: never the packaged Node, which is about to be replaced.
  const { npm_execpath: cli, npm_node_execpath: node = process.execPath } = process.env
  const [command, ...prefix] = cli?.endsWith('npm-cli.js') ? [node, cli] : ['npm']
  const tools = join(root, 'node_modules', '.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== tools)
  return spawnSync(command, [...prefix, ...options, '--loglevel=error', '--no-progress'], {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
}

const REMEDIES = [
  [/spawn\S* npm/, 'npm was not found: install it beside Node.js'],
  [/code EUSAGE/, 'Bring package-lock.json in step with `npm install --package-lock-only`'],
  [/code EINTEGRITY/, 'A downloaded package is not what the lockfile says: try `npm cache clean --force`'],
  [/code ENOSPC/, 'The disk is full: make room'],
  [/code (EACCES|EPERM|EROFS)/, `npm may not write to ${root} or its cache: give yourself the right`],
  [
    /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|SOCKET_TIMEOUT|code E5\d\d/,
    'The package registry could not be reached: check the network and the `registry` and `proxy` settings of npm',
  ],
  [/(?:)/, 'Mend what npm names above'],
]

function remedyFor(output) {
  const [, remedy] = REMEDIES.find(([sign]) => sign.test(output))
  return `${remedy}, then run the same command again.`
}

// What stands at .bin/node comes first on the path of every npm script. npm before 11 takes it away again together with
// the packaged Node of another machine, so it is linked here; one that does not run here (Alpine) must not be in the way.
function nodeIsReady() {
  rmSync(linkedNode, { force: true })
  const run = spawnSync(packagedNode, ['--version'], { encoding: 'utf8' })
  if (run.status === 0 && Number.parseInt(run.stdout.slice(1), 10) >= NEEDED_NODE) {
    symlinkSync(relative(dirname(linkedNode), packagedNode), linkedNode)
    return true
  }
  if (ownNodeServes()) return true
  say(
    `Claviger needs Node.js ${NEEDED_NODE} or newer: this is ${process.versions.node}, and no packaged one runs on this machine (${process.platform}-${process.arch}). Install it from https://nodejs.org, then run the same command again.`,
  )
  return false
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

const done = process.argv.includes('--locked') ? install() : isInstalled() || installAlone()
process.exitCode = done ? 0 : 1
