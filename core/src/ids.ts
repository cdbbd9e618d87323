import { encodeBase62, isBase62 } from './base62.ts'
import { drawBytes, type RandomBytes } from './random.ts'

export const ID_TYPES = [
  /** API key or service key. */
  'key',
  /** One secret of a key. */
  'sec',
  /** Organization. */
  'org',
  /** Person. */
  'usr',
  /** Person in an organization. */
  'mbr',
  /** Invitation. */
  'inv',
  /** Audit event. */
  'evt',
  /** Webhook endpoint. */
  'whk',
  /** Delivery to a webhook. */
  'dlv',
  /** Portal session. */
  'prt',
  /** Mail that waits to be sent. */
  'msg',
  /** Request. */
  'req',
] as const
export type IdType = (typeof ID_TYPES)[number]

/** What 128 bits take in base62. */
const WIDTH = 22
const LATEST_MS = 2 ** 48 - 1

/**
 * An id that nobody else makes: a UUIDv7 (RFC 9562, section 5.7) in base62 behind its type, e.g. `key_…`.
 * Ids of a later millisecond sort after those of an earlier one, bytewise; within one millisecond the order is
 * random. Throws RangeError on a time that is not whole milliseconds since 1970.
 */
export function newId(type: IdType, nowMs: number, randomBytes: RandomBytes): string {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs > LATEST_MS) {
    throw new RangeError('The time of an id is whole milliseconds since 1970.')
  }
  let random = 0n
  for (const byte of drawBytes(randomBytes, 10)) random = (random << 8n) | BigInt(byte)
  const version = 7n << 76n
  const variant = 0b10n << 62n
  const uuid = (BigInt(nowMs) << 80n) | version | (BigInt.asUintN(12, random >> 62n) << 64n) | variant
  return `${type}_${encodeBase62(uuid | BigInt.asUintN(62, random), WIDTH)}`
}

/** Whether `text` has the form of an id of this type. Whether the thing exists is another question. */
export function isId(type: IdType, text: string): boolean {
  const start = type.length + 1
  return text.length === start + WIDTH && text.startsWith(`${type}_`) && isBase62(text, start)
}
