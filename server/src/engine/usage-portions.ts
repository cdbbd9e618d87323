import type { CallerRecord, HourCount, LastUse, UsagePortion } from '../domain/usage-records.ts'
import { MAX_DENIALS } from '../domain/usage-records.ts'
import { type OpenUse, type Tally, talliesOf } from './usage-tally.ts'

/** Tallies and denials that are written in one transaction: few enough for it to be short. */
const PORTION = 500

/** With the number of uses in it. */
export type Contents = Omit<UsagePortion, 'writer' | 'number' | 'at'> & { uses: number }

/** What waits to be written, in portions. Of what is the same within a portion there is one row. */
export function* toPortions(opened: readonly OpenUse[], newId: () => string): Generator<Contents> {
  for (let start = 0; start < opened.length; ) {
    let end = start
    for (let size = 0; end < opened.length && size < PORTION; end++) size += sizeOf(opened[end] as OpenUse)
    yield contentsOf(opened.slice(start, end), newId)
    start = end
  }
}

/** How much of the room for what waits it takes. */
export function sizeOf({ tallies, rest, denials }: OpenUse): number {
  return tallies + [...talliesOf(rest)].length + denials.length
}

export function usesIn({ latest, rest }: Pick<OpenUse, 'latest' | 'rest'>): number {
  let sum = 0
  for (const list of [latest, rest]) for (const { count } of talliesOf(list)) sum += count
  return sum
}

function contentsOf(opened: readonly OpenUse[], newId: () => string): Contents {
  const hours = new Map<string, HourCount>()
  const callers = new Map<string, CallerRecord & { keyId: string }>()
  const others = new Map<string, UsagePortion['others'][number]>()
  const denials: UsagePortion['denials'][number][] = []
  const lastUses: LastUse[] = []
  let uses = 0
  for (const { use, latest, rest, denials: denied } of opened) {
    const { keyId, organizationId, prefix, counted } = use
    uses += usesIn({ latest, rest })
    const lastUse = lastUseIn([latest, rest])
    if (lastUse) lastUses.push({ keyId, prefix, at: lastUse.lastAt, ip: lastUse.ip })
    if (!counted || organizationId === null) continue
    for (const list of [latest, rest]) {
      for (const tally of talliesOf(list)) {
        for (const subjectId of [keyId, organizationId]) addHour(hours, subjectId, tally)
      }
    }
    for (const tally of talliesOf(latest)) addCaller(callers, keyId, prefix, tally)
    for (const { count, lastAt } of talliesOf(rest)) {
      const before = others.get(keyId)
      const lastSeenAt = Math.max(before?.lastSeenAt ?? 0, lastAt)
      others.set(keyId, { keyId, count: (before?.count ?? 0) + count, lastSeenAt })
    }
    for (const denial of denied.slice(-MAX_DENIALS)) denials.push({ ...denial, id: newId(), organizationId, keyId })
  }
  return {
    hours: [...hours.values()],
    callers: [...callers.values()],
    others: [...others.values()],
    denials,
    lastUses,
    uses,
  }
}

function lastUseIn(lists: readonly (Tally | null)[]): Tally | null {
  let last: Tally | null = null
  for (const list of lists) {
    for (const tally of talliesOf(list)) {
      if (tally.code === 'VALID' && (last === null || tally.lastAt > last.lastAt)) last = tally
    }
  }
  return last
}

function addHour(hours: Map<string, HourCount>, subjectId: string, { hour, code, count }: Tally): void {
  const name = `${subjectId} ${hour} ${code}`
  const before = hours.get(name)
  if (before) before.count += count
  else hours.set(name, { subjectId, hour, code, count })
}

function addCaller(
  callers: Map<string, CallerRecord & { keyId: string }>,
  keyId: string,
  prefix: string,
  { ip, userAgent, client, code, count, firstAt, lastAt }: Tally,
): void {
  const name = JSON.stringify([keyId, prefix, ip, userAgent, client])
  const before = callers.get(name)
  if (before === undefined) {
    const seen = { firstSeenAt: firstAt, lastSeenAt: lastAt, count, lastCode: code }
    callers.set(name, { keyId, prefix, ip, userAgent, client, ...seen })
    return
  }
  before.count += count
  before.firstSeenAt = Math.min(before.firstSeenAt, firstAt)
  if (lastAt > before.lastSeenAt) {
    before.lastSeenAt = lastAt
    before.lastCode = code
  }
}
