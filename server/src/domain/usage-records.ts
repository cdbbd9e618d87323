import type { DenyCode, VerdictCode } from '@claviger/core'

/** What is kept of how keys are used. Times are milliseconds since 1970, UTC. */

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** Callers kept of a key; the least recently seen make room. */
export const MAX_CALLERS = 50
/** Denials kept of a key, and for how long. */
export const MAX_DENIALS = 100
export const DENIALS_KEPT_MS = 7 * DAY_MS
/** How long counts are kept, and callers that are not seen any more. */
export const USAGE_KEPT_MS = 400 * DAY_MS

/** Who uses a key, as far as that is known. All of it is text that somebody chose. */
export interface Caller {
  ip: string | null
  userAgent: string | null
  /** What the caller is called where it is declared. */
  client: string | null
}

/** A caller with the secret it uses: during a rotation the same one is there twice. */
export interface CallerRecord extends Caller {
  /** Of the secret. */
  prefix: string
  firstSeenAt: number
  lastSeenAt: number
  /** Verdicts, whatever they were. */
  count: number
  lastCode: VerdictCode
}

export interface HourCount {
  /** A key, or an organization for all of its keys. */
  subjectId: string
  /** Its beginning. */
  hour: number
  code: VerdictCode
  count: number
}

/** A refused use of a known or deleted key. */
export interface DenialRecord {
  id: string
  organizationId: string
  keyId: string
  at: number
  code: DenyCode
  ip: string | null
  requestId: string
}

export interface LastUse {
  keyId: string
  /** Of the secret that was used. */
  prefix: string
  at: number
  ip: string | null
}

/** That a key was let in by a scope it was granted. */
export interface ScopeUse {
  keyId: string
  /** As the key holds it: a scope or a wildcard. */
  scope: string
  /** Days since 1970, UTC. */
  day: number
}

/** What is known of a scope that a key holds now, or held once. */
export interface ScopeRecord {
  scope: string
  /** When it was granted; null: with the key itself. */
  grantedAt: number | null
  /** Days since 1970, UTC; null: it let nobody in. */
  lastUsedDay: number | null
}

/** What is written at once. Within it no two rows are about the same thing. */
export interface UsagePortion {
  /** The process that noted it. */
  writer: string
  /** 1, 2, 3 … of its writer. */
  number: number
  /** When it was put together. */
  at: number
  hours: readonly HourCount[]
  callers: readonly (CallerRecord & { keyId: string })[]
  /** Uses by callers there was no room for. */
  others: readonly { keyId: string; count: number; lastSeenAt: number }[]
  denials: readonly DenialRecord[]
  lastUses: readonly LastUse[]
  scopes: readonly ScopeUse[]
}

export interface DenialPage {
  organizationId: string
  keyId?: string | undefined
  requestId?: string | undefined
  /** The denial after which the page begins; null: the newest. */
  after: { at: number; id: string } | null
  /** Only what was denied since. */
  since: number
  limit: number
}

export interface UsageReads {
  /** Counts of a key or an organization in buckets of `bucketMs` that begin from `from` on and before `to`. */
  usage(
    subjectId: string,
    from: number,
    to: number,
    bucketMs: number,
  ): Promise<{ start: number; code: VerdictCode; count: number }[]>
  /** The same of many keys, in one statement. */
  usageByKey(
    keyIds: readonly string[],
    from: number,
    to: number,
    bucketMs: number,
  ): Promise<{ keyId: string; start: number; code: VerdictCode; count: number }[]>
  /** Which of these are the organization's own, or were until they were deleted. Service keys are none. */
  keysWithin(organizationId: string, keyIds: readonly string[]): Promise<Set<string>>
  /** Newest first. */
  callers(keyId: string): Promise<CallerRecord[]>
  /** Uses by callers that had to make room. */
  otherCallers(keyId: string): Promise<number>
  /** With the moment from which uses of the key's scopes are noted; null: since the key was made. */
  scopeUses(keyId: string): Promise<{ notedSince: number | null; scopes: ScopeRecord[] }>
  /** Newest first. */
  denials(page: DenialPage): Promise<DenialRecord[]>
  /** What remains of a deleted key. */
  tombstone(keyId: string): Promise<{ organizationId: string | null; prefix: string } | undefined>
}
