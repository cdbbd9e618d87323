import type { HourCount, UsagePortion } from '../domain/usage-records.ts'
import { MAX_DENIALS } from '../domain/usage-records.ts'
import { type OpenUse, type Tally, talliesOf } from './usage-tally.ts'

/** Tallies and denials that are written in one transaction: few enough for it to be short. */
const PORTION = 500

/** With the number of uses in it. */
export type Contents = Omit<UsagePortion, 'writer' | 'number' | 'at'> & { uses: number }

/** Uses that are brought in order at once: so few that nobody has to wait for it. */
const RUN = 16_384

/**
 * What waits to be written, in portions. Of what is the same within a portion there is one row. Keys that stand together
 * in the database are written together: most of what a write costs is the pages that it touches.
 */
export function* toPortions(opened: readonly OpenUse[], newId: () => string): Generator<Contents> {
  for (let start = 0; start < opened.length; start += RUN) {
    yield* portionsOf(opened.slice(start, start + RUN).sort(byKey), newId)
  }
}

function* portionsOf(opened: readonly OpenUse[], newId: () => string): Generator<Contents> {
  for (let start = 0; start < opened.length; ) {
    let end = start
    for (let size = 0; end < opened.length && size < PORTION; end++) size += sizeOf(opened[end] as OpenUse)
    yield contentsOf(opened.slice(start, end), newId)
    start = end
  }
}

function byKey({ use: a }: OpenUse, { use: b }: OpenUse): number {
  if (a.keyId === b.keyId) return 0
  return a.keyId < b.keyId ? -1 : 1
}

/** How much of the room for what waits it takes. */
export function sizeOf({ tallies, rest, denials, scopes }: OpenUse): number {
  return tallies + [...talliesOf(rest)].length + denials.length + (scopes?.length ?? 0)
}

export function usesIn({ latest, rest }: Pick<OpenUse, 'latest' | 'rest'>): number {
  let sum = 0
  for (const list of [latest, rest]) for (const { count } of talliesOf(list)) sum += count
  return sum
}

/** @param opened with those of the same key beside each other. */
function contentsOf(opened: readonly OpenUse[], newId: () => string): Contents {
  const contents = { hours: [], callers: [], others: [], denials: [], lastUses: [], scopes: [], uses: 0 } as Writable
  const organizations = new Map<string, HourCount[]>()
  for (let start = 0; start < opened.length; ) {
    const keyId = opened[start]?.use.keyId
    let end = start + 1
    while (opened[end]?.use.keyId === keyId) end++
    addKey(contents, organizations, opened.slice(start, end), newId)
    start = end
  }
  for (const hours of organizations.values()) contents.hours.push(...hours)
  return contents
}

type Caller = UsagePortion['callers'][number]
type ScopeUse = UsagePortion['scopes'][number]
type Others = UsagePortion['others'][number]
type Writable = { [Part in keyof Contents]: Contents[Part] extends readonly (infer Row)[] ? Row[] : number }

/** Rows are looked for one by one: of a key there are few at a time, mostly one. */
function addKey(
  contents: Writable,
  organizations: Map<string, HourCount[]>,
  opened: readonly OpenUse[],
  newId: () => string,
): void {
  const hours: HourCount[] = []
  const callers: Caller[] = []
  const scopes: ScopeUse[] = []
  let others: Others | null = null
  for (const { use, latest, rest, denials, scopes: granted } of opened) {
    const { keyId, organizationId, prefix, counted } = use
    contents.uses += usesIn({ latest, rest })
    const lastUse = lastUseIn([latest, rest])
    if (lastUse) contents.lastUses.push({ keyId, prefix, at: lastUse.lastAt, ip: lastUse.ip })
    if (!counted || organizationId === null) continue
    const ofOrganization = organizations.get(organizationId) ?? []
    organizations.set(organizationId, ofOrganization)
    for (const { grant, day } of granted ?? []) addScope(scopes, keyId, grant, day)
    for (const tally of talliesOf(latest)) {
      addHour(hours, keyId, tally)
      addHour(ofOrganization, organizationId, tally)
      addCaller(callers, keyId, prefix, tally)
    }
    for (const tally of talliesOf(rest)) {
      addHour(hours, keyId, tally)
      addHour(ofOrganization, organizationId, tally)
      others ??= { keyId, count: 0, lastSeenAt: 0 }
      others.count += tally.count
      others.lastSeenAt = Math.max(others.lastSeenAt, tally.lastAt)
    }
    for (const denial of denials.slice(-MAX_DENIALS)) {
      contents.denials.push({ ...denial, id: newId(), organizationId, keyId })
    }
  }
  contents.hours.push(...hours)
  contents.callers.push(...callers)
  contents.scopes.push(...scopes)
  if (others !== null) contents.others.push(others)
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

/** @param scopes of one key. */
function addScope(scopes: ScopeUse[], keyId: string, scope: string, day: number): void {
  const before = scopes.find((one) => one.scope === scope)
  if (before === undefined) scopes.push({ keyId, scope, day })
  else before.day = Math.max(before.day, day)
}

/** @param hours of one subject. */
function addHour(hours: HourCount[], subjectId: string, { hour, code, count }: Tally): void {
  const before = hours.find((one) => one.hour === hour && one.code === code)
  if (before) before.count += count
  else hours.push({ subjectId, hour, code, count })
}

/** @param callers of one key. */
function addCaller(callers: Caller[], keyId: string, prefix: string, tally: Tally): void {
  const { ip, userAgent, client, code, count, firstAt, lastAt } = tally
  const before = callers.find(
    (one) => one.ip === ip && one.client === client && one.userAgent === userAgent && one.prefix === prefix,
  )
  if (before === undefined) {
    const seen = { firstSeenAt: firstAt, lastSeenAt: lastAt, count, lastCode: code }
    callers.push({ keyId, prefix, ip, userAgent, client, ...seen })
    return
  }
  before.count += count
  before.firstSeenAt = Math.min(before.firstSeenAt, firstAt)
  if (lastAt > before.lastSeenAt) {
    before.lastSeenAt = lastAt
    before.lastCode = code
  }
}
