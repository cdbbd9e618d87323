import { isDeed } from '../domain/endings.ts'
import type { Deed } from '../domain/journal.ts'
import type { Writes } from '../domain/ports.ts'
import type { ChainHead } from '../domain/records.ts'
import { HEADS_PER_LINE, type JournalLine } from './journal-lines.ts'

/** How much of a chain, or of the journal, is looked at at once. */
const PAGE = 500

/** What the chains have beyond these counts, in portions that a line can hold. */
export async function readGrowth(
  writes: Writes,
  counts: ReadonlyMap<string, number>,
): Promise<{ heads: ChainHead[]; did: Deed[] }[]> {
  const portions: { heads: ChainHead[]; did: Deed[] }[] = []
  let portion: { heads: ChainHead[]; did: Deed[] } | undefined
  for (const { chain, count } of await writes.chainHeads()) {
    for (let known = counts.get(chain) ?? 0; known < count; ) {
      const events = await writes.events(chain, known + 1, PAGE)
      const last = events.at(-1)
      // The head counts more than there is: `audit verify` says so.
      if (!last) break
      known = last.sequence
      if (!portion || portion.heads.length >= HEADS_PER_LINE || portion.did.length >= PAGE) {
        portion = { heads: [], did: [] }
        portions.push(portion)
      }
      portion.heads.push({ chain, count: known, mac: last.mac })
      portion.did.push(...deedsOf(events))
    }
  }
  return portions
}

/** Things done, of those that are worth remembering. */
export function deedsOf(events: readonly { action: string; outcome: string; target: { id: string } }[]): Deed[] {
  return events
    .filter(({ action, outcome, target }) => outcome === 'success' && isDeed(action, target.id))
    .map(({ action, target }) => [action, target.id])
}

/** Brings the counts of chains to what a line says. */
export function countChains(counts: Map<string, number>, line: JournalLine): void {
  if (!('heads' in line)) return
  for (const [chain, count] of line.heads) {
    if (count === 0) counts.delete(chain)
    else counts.set(chain, count)
  }
}

/** @returns the index of the last line that tells of a version which the database has, too; −1: of none. */
export async function lastCommon(writes: Writes, lines: readonly JournalLine[]): Promise<number> {
  for (let end = lines.length; end > 0; end -= PAGE) {
    const start = Math.max(0, end - PAGE)
    const page = lines.slice(start, end)
    const versions = page.flatMap((line) => ('version' in line && line.version !== null ? [line.version] : []))
    const tokens = await writes.tokensOf(versions)
    const found = page.findLastIndex(
      (line) =>
        'version' in line &&
        line.version !== null &&
        (line.version === 0 ? '' : tokens.get(line.version)) === line.token,
    )
    if (found >= 0) return start + found
  }
  return -1
}

/** Every database begins at version 0, which nobody committed. */
export async function tokenOf(writes: Writes, version: number): Promise<string> {
  return version === 0 ? '' : ((await writes.tokensOf([version])).get(version) ?? '')
}
