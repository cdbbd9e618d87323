import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { ServerKey } from '../domain/ports.ts'

export const KEY_BYTES = 32
const ENTRY = /^([1-9][0-9]{0,5}):([0-9a-f]{64})$/

/** The server key cannot be used as it is given. The message never holds any part of it. */
export class ServerKeyError extends Error {
  override name = 'ServerKeyError'
}

/** A server key that can get another version while it is in use. */
export class ReplaceableServerKey implements ServerKey {
  #present: ServerKey

  constructor(present: ServerKey) {
    this.#present = present
  }

  get version(): number {
    return this.#present.version
  }

  digest(sha256: Uint8Array): Uint8Array {
    return this.#present.digest(sha256)
  }

  digests(sha256: Uint8Array): Uint8Array[] {
    return this.#present.digests(sha256)
  }

  seal(payload: string, version: number): Uint8Array {
    return this.#present.seal(payload, version)
  }

  derive(purpose: string): { version: number; key: Uint8Array }[] {
    return this.#present.derive(purpose)
  }

  replace(next: ServerKey): void {
    this.#present = next
  }
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
    derive: (purpose) =>
      newestFirst.map((wanted) => ({
        version: wanted,
        key: new Uint8Array(hkdfSync('sha256', of(wanted).digest, '', `claviger ${purpose}`, KEY_BYTES)),
      })),
    seal: (payload, wanted) => createHmac('sha256', of(wanted).seal).update(payload).digest(),
  }
}
