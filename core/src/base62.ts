import { drawBytes, type RandomBytes } from './random.ts'

// In ASCII order, so that texts of one width sort bytewise as their numbers do.
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The value of each ASCII character; -1: not in the alphabet. */
const VALUES = new Int8Array(128).fill(-1)
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value

/** The largest multiple of 62 that a byte can reach: bytes from here on would favour some characters. */
const FAIR_BYTES = 248

/** `value` left-padded with `0` to `width`. Throws RangeError unless it is a whole number from 0 that fits. */
export function encodeBase62(value: number | bigint, width: number): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError('Only safe integers have a base62 form.')
  }
  if (value < 0) throw new RangeError('Negative numbers have no base62 form.')
  let rest = BigInt(value)
  let text = ''
  for (let place = 0; place < width; place++) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text
    rest /= 62n
  }
  if (rest !== 0n) throw new RangeError(`The number does not fit into ${width} base62 characters.`)
  return text
}

/** `length` characters, each equally likely and independent of the others. */
export function randomBase62(length: number, randomBytes: RandomBytes): string {
  let text = ''
  while (text.length < length) {
    for (const byte of drawBytes(randomBytes, length - text.length)) {
      if (byte < FAIR_BYTES) text += ALPHABET.charAt(byte % 62)
    }
  }
  return text
}

/** The value, 0 to 61, of the character with this code; -1 where the alphabet does not have it. */
export function base62Value(code: number): number {
  return code > 0x7f ? -1 : (VALUES[code] as number)
}

/** Whether the characters of `text` from `start` on are all base62. */
export function isBase62(text: string, start = 0): boolean {
  for (let at = start; at < text.length; at++) {
    if (base62Value(text.charCodeAt(at)) < 0) return false
  }
  return true
}
