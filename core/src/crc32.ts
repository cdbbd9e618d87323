/** One step of CRC-32 (reflected polynomial 0xEDB88320) for each value of a byte. */
const TABLE = new Int32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
  TABLE[byte] = remainder
}

/**
 * CRC-32 as in ISO-HDLC, gzip and PNG: an unsigned 32-bit number.
 * Throws RangeError on characters outside ASCII, which have no single byte to be counted as.
 */
export function crc32(text: string): number {
  let state = CRC32_START
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) throw new RangeError('Only ASCII text has a checksum here.')
    state = crc32Step(state, code)
  }
  return crc32End(state)
}

/** For a caller that goes through the text anyway: the state before the first byte, … */
export const CRC32_START = -1

/** … after one more byte, … */
export function crc32Step(state: number, byte: number): number {
  return (state >>> 8) ^ (TABLE[(state ^ byte) & 0xff] as number)
}

/** … and the checksum that the last state stands for. */
export function crc32End(state: number): number {
  return ~state >>> 0
}
