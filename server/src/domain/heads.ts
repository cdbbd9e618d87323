import type { Reads } from './ports.ts'
import type { ChainHead } from './records.ts'

/** A chain that is not what it was when its head was noted. */
export interface HeadMismatch {
  chain: string
  /** How many events it had. */
  noted: number
  /** How many it has. */
  found: number
  reason: string
}

/**
 * Compares chains with heads that were kept outside the database. It finds a chain that was cut at its end, also where
 * its head was set back, and one that was written anew.
 */
export async function compareHeads(reads: Reads, heads: readonly ChainHead[]): Promise<HeadMismatch[]> {
  const present = new Map((await reads.chainHeads()).map((head) => [head.chain, head]))
  const mismatches: HeadMismatch[] = []
  for (const { chain, count, mac } of heads) {
    const head = present.get(chain)
    const found = head?.count ?? 0
    if (found < count) {
      mismatches.push({
        chain,
        noted: count,
        found,
        reason: `cut at its end: it had ${count} ${count === 1 ? 'event' : 'events'} and has ${found}`,
      })
      continue
    }
    const there = found === count ? head : (await reads.events(chain, count, 1))[0]
    if (!there || Buffer.compare(there.mac, mac) !== 0) {
      mismatches.push({ chain, noted: count, found, reason: `event ${count} is not the one that was noted` })
    }
  }
  return mismatches
}
