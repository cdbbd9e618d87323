import type { DenyCode, VerdictCode } from '@claviger/core'
import { type Caller, HOUR_MS, MAX_DENIALS } from '../domain/usage-records.ts'
import type { GrantUse, NotedScopes } from './scope-notes.ts'

/** Where the uses of a secret are noted. It outlives the secret's stay in memory until they are written. */
export interface KeyUse {
  readonly keyId: string
  readonly organizationId: string | null
  /** Of the secret that is used. */
  readonly prefix: string
  /** False: of a service key only the last use is kept. */
  readonly counted: boolean
  /** What waits to be written; null: nothing. */
  open: OpenUse | null
  /** Which scopes are noted already; null: none. */
  noted: NotedScopes | null
}

export interface OpenUse {
  readonly use: KeyUse
  /** The most recent first. */
  latest: Tally
  tallies: number
  /** Of callers there was no room for; one for each verdict and hour. */
  rest: Tally | null
  denials: Denial[]
  /** Scopes that let somebody in for the first time on their day; null: none. */
  scopes: GrantUse[] | null
}

/** One caller's uses with one verdict within one hour. */
export interface Tally extends Caller {
  readonly code: VerdictCode
  /** Its beginning. */
  readonly hour: number
  count: number
  firstAt: number
  lastAt: number
  next: Tally | null
}

export interface Denial {
  at: number
  code: DenyCode
  ip: string | null
  requestId: string
}

/** Callers of one secret that are told apart between two times of writing; more than are kept. */
export const MAX_TALLIES = 64

export function blankUse(key: Pick<KeyUse, 'keyId' | 'organizationId' | 'prefix' | 'counted'>): KeyUse {
  const { keyId, organizationId, prefix, counted } = key
  return { keyId, organizationId, prefix, counted, open: null, noted: null }
}

export function firstUse(use: KeyUse, code: VerdictCode, at: number, caller: Caller): OpenUse {
  return { use, latest: newTally(code, at, caller, null), tallies: 1, rest: null, denials: [], scopes: null }
}

/** Compares fields: nothing is built for a caller that comes again. */
export function isFor(tally: Tally, code: VerdictCode, at: number, caller: Caller): boolean {
  return (
    tally.code === code &&
    tally.ip === caller.ip &&
    tally.userAgent === caller.userAgent &&
    tally.client === caller.client &&
    at >= tally.hour &&
    at - tally.hour < HOUR_MS
  )
}

export function addTo(tally: Tally, at: number): void {
  tally.count++
  if (at > tally.lastAt) tally.lastAt = at
}

/** Counts a use where it belongs, and makes room where there are too many callers. @returns by how many tallies it grew. */
export function addUse(open: OpenUse, code: VerdictCode, at: number, caller: Caller): number {
  let before: Tally | null = null
  let tally: Tally | null = open.latest
  while (tally !== null && !isFor(tally, code, at, caller)) {
    before = tally
    tally = tally.next
  }
  if (tally === null) {
    open.latest = newTally(code, at, caller, open.latest)
    open.tallies++
    return open.tallies > MAX_TALLIES ? 1 + foldLeastRecent(open) : 1
  }
  if (before !== null) {
    before.next = tally.next
    tally.next = open.latest
    open.latest = tally
  }
  addTo(tally, at)
  return 0
}

/** Only the latest denials of a key are kept, so more of them need not wait. @returns by how many they grew. */
export function addDenial({ denials }: OpenUse, denial: Denial): number {
  const full = denials.length === 2 * MAX_DENIALS
  if (full) denials.splice(0, MAX_DENIALS)
  denials.push(denial)
  return full ? 1 - MAX_DENIALS : 1
}

export function* talliesOf(first: Tally | null): Generator<Tally> {
  for (let tally = first; tally !== null; tally = tally.next) yield tally
}

/** The least recent tally loses its caller and joins those that have none. */
function foldLeastRecent(open: OpenUse): number {
  let before = open.latest
  while (before.next?.next) before = before.next
  const last = before.next
  if (last === null) return 0
  before.next = null
  open.tallies--
  for (const rest of talliesOf(open.rest)) {
    if (rest.code !== last.code || rest.hour !== last.hour) continue
    rest.count += last.count
    rest.firstAt = Math.min(rest.firstAt, last.firstAt)
    if (last.lastAt >= rest.lastAt) {
      rest.lastAt = last.lastAt
      rest.ip = last.ip
    }
    return -1
  }
  last.next = open.rest
  open.rest = last
  return 0
}

function newTally(code: VerdictCode, at: number, { ip, userAgent, client }: Caller, next: Tally | null): Tally {
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS
  return { code, ip, userAgent, client, hour, count: 1, firstAt: at, lastAt: at, next }
}
