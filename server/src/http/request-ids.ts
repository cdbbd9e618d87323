import { type RandomBytes, randomBase62 } from '@claviger/core'

/**
 * Ids that no two requests share, across restarts too, at the price of a counter: random once per process, counted
 * from there. They name a request; they open nothing.
 */
export function createRequestIds(randomBytes: RandomBytes): () => string {
  const process = randomBase62(12, randomBytes)
  let count = 0
  return () => `req_${process}${(++count).toString(36).padStart(8, '0')}`
}
