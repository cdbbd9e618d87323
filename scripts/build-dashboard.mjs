// Builds the dashboard when something that it is made of has changed: silent and quick when nothing has.
//
// Plain JavaScript for the oldest Node that the repository starts from; the build itself runs on the repository's own.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root, runTool } from './check.mjs'

const MADE_OF_FILES = ['package-lock.json', 'tsconfig.base.json']
const MADE_OF_FOLDERS = ['dashboard', 'core', 'sdk']
const LEFT_OUT = ['node_modules', 'dist']
const IS_TEST = /\.(?:test|fixture)\.tsx?$/
const STAMP = '.build-stamp'

const dist = join(root, 'dashboard', 'dist')

/** Everything that decides what a build would make. */
function wantedStamp() {
  const hash = createHash('sha256')
  const files = [...MADE_OF_FILES.map((name) => join(root, name)), ...MADE_OF_FOLDERS.flatMap((name) => filesIn(name))]
  for (const file of files.sort()) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function filesIn(folder) {
  const path = join(root, folder)
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.includes(entry.name) || IS_TEST.test(entry.name)) return []
    return entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(path, entry.name)]
  })
}

function isBuilt(stamp) {
  const file = join(dist, STAMP)
  return existsSync(file) && readFileSync(file, 'utf8') === stamp
}

function build(stamp) {
  const start = Date.now()
  say('Building the dashboard …')
  // Made beside and put in place whole: whoever reads it meanwhile finds the old one or the new one.
  const fresh = join(root, 'node_modules', '.cache', `dashboard-${process.pid}`)
  mkdirSync(fresh, { recursive: true })
  try {
    const run = runTool('vite', ['build', 'dashboard', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'])
    if (run.error || run.status !== 0) {
      say(run.error ? String(run.error) : `${run.stdout}${run.stderr}`.trim())
      say('The dashboard could not be built. Mend what is named above, then run the same command again.')
      return false
    }
    writeFileSync(join(fresh, STAMP), stamp)
    putInPlace(fresh, stamp)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  say(`Built in ${((Date.now() - start) / 1000).toFixed(1)} s.`)
  return true
}

/** In steps that are whole each, since another build may be doing the same. */
function putInPlace(fresh, stamp) {
  const old = `${fresh}-old`
  try {
    renameSync(dist, old)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  try {
    renameSync(fresh, dist)
  } catch (error) {
    // Another build of the same sources was a moment quicker.
    if (!isBuilt(stamp)) throw error
  }
  rmSync(old, { recursive: true, force: true })
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

// Whoever builds: what is served is always the same.
process.env.NODE_ENV = 'production'
const stamp = wantedStamp()
process.exitCode = isBuilt(stamp) || build(stamp) ? 0 : 1
