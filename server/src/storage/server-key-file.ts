import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { ServerKey } from '../domain/ports.ts'
import { KEY_BYTES, parseServerKey, ServerKeyError } from './server-key.ts'
import { syncDirectory } from './sync-directory.ts'

/**
 * Reads the key file, or makes one where there is none yet. Two processes that make it at once end with the same file.
 * @param hasData true when a database is there already: a new key could read none of it, so none is made.
 */
export function loadServerKey(file: string, hasData: boolean): ServerKey {
  if (!existsSync(file)) {
    if (hasData) {
      throw new ServerKeyError(
        `${file} is missing, and the database can only be read with it; restore it from where you keep it`,
      )
    }
    createKeyFile(file)
  }
  return readKeyFile(file)
}

function readKeyFile(file: string): ServerKey {
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o077) !== 0) {
    throw new ServerKeyError(`${file} can be read by others (mode ${mode.toString(8)}); run: chmod 600 ${file}`)
  }
  return parseServerKey(readFileSync(file, 'utf8'), file)
}

/** @returns the next version of a server key, as it is written. */
export function newKeyEntry(present: ServerKey): string {
  return `${present.version + 1}:${randomBytes(KEY_BYTES).toString('hex')}`
}

/**
 * Adds a version to the key file. Those that are there stay: what was made under them is known by them alone.
 * @returns the new version.
 * @throws ServerKeyError where there is no file, or none that can be used.
 */
export function rotateKeyFile(file: string): number {
  if (!existsSync(file)) throw new ServerKeyError(`${file} is missing; the first start of the server makes it`)
  const present = readKeyFile(file)
  // A value without a version is version 1, and beside another it has to say so.
  const entries = readFileSync(file, 'utf8')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((entry) => (entry.includes(':') ? entry : `1:${entry}`))
  const draft = writeDraft(file, [...entries, newKeyEntry(present)].join('\n'))
  renameSync(draft, file)
  syncDirectory(dirname(file))
  return present.version + 1
}

function createKeyFile(file: string): void {
  const draft = writeDraft(file, `1:${randomBytes(KEY_BYTES).toString('hex')}`)
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    unlinkSync(draft)
  }
}

/** @returns a file beside, of a name that no earlier process can have left behind. */
function writeDraft(file: string, entries: string): string {
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, `${entries}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  return draft
}
