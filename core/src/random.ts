/** A source of cryptographically secure bytes: returns exactly `length` of them, fresh on every call. */
export type RandomBytes = (length: number) => Uint8Array

/** Throws where the source gives another number of bytes: a short answer would silently weaken a secret. */
export function drawBytes(randomBytes: RandomBytes, length: number): Uint8Array {
  const bytes = randomBytes(length)
  if (bytes.length !== length) {
    throw new TypeError(`The random source gave ${bytes.length} bytes instead of ${length}.`)
  }
  return bytes
}
