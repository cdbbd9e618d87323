import { base62Value, encodeBase62, randomBase62 } from './base62.ts'
import { CRC32_START, crc32, crc32End, crc32Step } from './crc32.ts'
import type { RandomBytes } from './random.ts'
import { Secret } from './secret.ts'

/** Tag of service keys; no product may use it as its prefix. */
export const SERVICE_KEY_TAG = 'clv'

/** No secret is longer, whoever made it. */
export const TOKEN_MAX_LENGTH = 512

const PUBLIC_LENGTH = 8
const SECRET_LENGTH = 32
const CHECKSUM_LENGTH = 6
const BODY_LENGTH = PUBLIC_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH

const FOREIGN_MIN_LENGTH = 8

const TAG = /^[a-z][a-z0-9]{1,11}(?:_[a-z0-9]{1,12})?$/

export type TokenClass =
  /** Well-formed and ours. Whether such a key exists is another question. */
  | { readonly kind: 'own'; readonly tag: string; readonly prefix: string }
  /** Not of our making; can only be the secret of an imported key. */
  | { readonly kind: 'foreign' }
  /** Can be no secret at all: refused without any look-up. */
  | { readonly kind: 'malformed' }

const FOREIGN: TokenClass = Object.freeze({ kind: 'foreign' })
const MALFORMED: TokenClass = Object.freeze({ kind: 'malformed' })

/** Whether `text` can be the tag of secrets: a prefix (`vlk`), or a prefix and an environment's tag (`acme_live`). */
export function isTag(text: string): boolean {
  return TAG.test(text)
}

/**
 * A new secret with 190 bits of entropy and its public prefix (`vlk_3kTq8xYv`), which is no part of them.
 * `randomBytes` must be cryptographically secure. Throws TypeError on a tag that `isTag` refuses.
 */
export function generateToken(tag: string, randomBytes: RandomBytes): { prefix: string; secret: Secret } {
  if (!isTag(tag)) throw new TypeError(`Not a tag for secrets: ${tag}`)
  const prefix = `${tag}_${randomBase62(PUBLIC_LENGTH, randomBytes)}`
  const unchecked = prefix + randomBase62(SECRET_LENGTH, randomBytes)
  return { prefix, secret: new Secret(unchecked + encodeBase62(crc32(unchecked), CHECKSUM_LENGTH)) }
}

/**
 * Tells by its form alone what a presented credential can be; `tags` are those this deployment issues.
 * Of two tags that begin alike (`acme`, `acme_live`) a secret fits at most one: their lengths differ.
 */
export function classifyToken(raw: string, tags: readonly string[]): TokenClass {
  for (const tag of tags) {
    const bodyStart = tag.length + 1
    if (raw.length === bodyStart + BODY_LENGTH && raw.charCodeAt(tag.length) === 0x5f && raw.startsWith(tag)) {
      if (!isBodySound(raw, bodyStart)) return MALFORMED
      return { kind: 'own', tag, prefix: raw.slice(0, bodyStart + PUBLIC_LENGTH) }
    }
  }
  return isPresentable(raw) ? FOREIGN : MALFORMED
}

// One pass over the text, because this runs on every request. It need not take constant time: anyone can
// compute a checksum, so how far one was right tells nothing about a secret.
function isBodySound(raw: string, bodyStart: number): boolean {
  const checksumStart = raw.length - CHECKSUM_LENGTH
  let state = CRC32_START
  for (let at = 0; at < checksumStart; at++) {
    const code = raw.charCodeAt(at)
    if (at >= bodyStart && base62Value(code) < 0) return false
    state = crc32Step(state, code)
  }
  let checksum = 0
  for (let at = checksumStart; at < raw.length; at++) {
    const value = base62Value(raw.charCodeAt(at))
    if (value < 0) return false
    checksum = checksum * 62 + value
  }
  return checksum === crc32End(state)
}

function isPresentable(raw: string): boolean {
  if (raw.length < FOREIGN_MIN_LENGTH || raw.length > TOKEN_MAX_LENGTH) return false
  for (let at = 0; at < raw.length; at++) {
    const code = raw.charCodeAt(at)
    if (code < 0x21 || code > 0x7e) return false
  }
  return true
}
