import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import type { ServerKey } from '../domain/ports.ts'

const KEY_BYTES = 32
const ENTRY = /^([1-9][0-9]{0,5}):([0-9a-f]{64})$/

/** The server key cannot be used as it is given. The message never holds any part of it. */
export class ServerKeyError extends Error {
  override name = 'ServerKeyError'
}

/**
 * Reads versions of the server key: `1:<64 hexadecimal digits>`, several separated by commas or line breaks, the
 * highest in use for what is new. A value without a version is version 1.
 * @param source where the text comes from, for the message of an error.
 */
export function parseServerKey(text: string, source: string): ServerKey {
  const keys = new Map<number, { digest: KeyObject; seal: KeyObject }>()
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const [, version, hex] = ENTRY.exec(/^[0-9a-f]{64}$/.test(entry) ? `1:${entry}` : entry) ?? []
    if (version === undefined || hex === undefined) {
      throw new ServerKeyError(
        `${source} must be <version>:<64 lower-case hexadecimal digits>, like 1:${'0'.repeat(6)}…`,
      )
    }
    if (keys.has(Number(version))) throw new ServerKeyError(`${source} names version ${version} twice`)
    const raw = Buffer.from(hex, 'hex')
    keys.set(Number(version), {
      digest: createSecretKey(raw),
      // A key of its own for each purpose: a seal can never be taken for a digest.
      seal: createSecretKey(Buffer.from(hkdfSync('sha256', raw, '', 'claviger audit seal', KEY_BYTES))),
    })
  }
  if (keys.size === 0) throw new ServerKeyError(`${source} is empty`)
  const version = Math.max(...keys.keys())
  const newestFirst = [...keys.keys()].sort((a, b) => b - a)
  const of = (wanted: number) => {
    const key = keys.get(wanted)
    if (!key) throw new ServerKeyError(`${source} lacks version ${wanted}, under which this database holds data`)
    return key
  }
  const digest = (sha256: Uint8Array, wanted: number) => createHmac('sha256', of(wanted).digest).update(sha256).digest()
  return {
    version,
    digest: (sha256) => digest(sha256, version),
    digests: (sha256) => newestFirst.map((wanted) => digest(sha256, wanted)),
    seal: (payload, wanted) => createHmac('sha256', of(wanted).seal).update(payload).digest(),
  }
}

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
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o077) !== 0) {
    throw new ServerKeyError(`${file} can be read by others (mode ${mode.toString(8)}); run: chmod 600 ${file}`)
  }
  return parseServerKey(readFileSync(file, 'utf8'), file)
}

function createKeyFile(file: string): void {
  // Of a name that no earlier process can have left behind.
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, `1:${randomBytes(KEY_BYTES).toString('hex')}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    unlinkSync(draft)
  }
}
