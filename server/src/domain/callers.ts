import { AppError, type KeyCaller, type SpanCounts } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import { findKey } from './keys.ts'
import type { Domain, Reads } from './ports.ts'
import type { KeyRecord } from './records.ts'
import { findSubject } from './usage.ts'
import { type CallerRecord, DAY_MS, HOUR_MS } from './usage-records.ts'

type Counting = Pick<Domain, 'database' | 'usage' | 'clock'>

/** Distinct addresses that are told apart from their callers. */
const RECENT_IPS = 5
const QUIET_MS = 7 * DAY_MS

export interface CallerReport {
  callers: KeyCaller[]
  /** Uses by callers that had to make room. */
  others: number
  recentIps: { ip: string; lastSeenAt: number }[]
}

/** Who uses a key, newest first; also a deleted one. @throws AppError `NOT_FOUND`. */
export async function callersOfKey(
  parts: Counting,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
): Promise<CallerReport> {
  const { prefix } = await findSubject(parts, actor, organizationId, keyId)
  await parts.usage.flush()
  const records = await parts.database.callers(keyId)
  const others = await parts.database.otherCallers(keyId)
  return { callers: records.map((record) => toCaller(record, prefix)), others, recentIps: recentIps(records) }
}

export interface RemovalReport {
  /** `in-use`: accepted within a day. `quiet`: tried within a week, accepted or not. `safe`: neither. */
  verdict: 'safe' | 'quiet' | 'in-use'
  lastUsedAt: number | null
  /** Accepted. Counts are kept by the hour: the one in which a span begins is in it whole. */
  requests: SpanCounts
  denied: SpanCounts
  /** Seen within a week. */
  callers: KeyCaller[]
}

/** Who would break if the key were removed now. @throws AppError `NOT_FOUND`. */
export async function checkRemoval(
  { database, usage, clock }: Counting,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
): Promise<RemovalReport> {
  requireReach(actor, organizationId)
  await findKey(database, organizationId, keyId)
  await usage.flush()
  // Read after what was noted is written.
  const key = await findKey(database, organizationId, keyId)
  const now = clock.now()
  const counts = await database.usage(keyId, now - QUIET_MS - HOUR_MS + 1, now + HOUR_MS, HOUR_MS)
  const accepted = counts.filter(({ code }) => code === 'VALID')
  const denied = spansOf(
    counts.filter(({ code }) => code !== 'VALID'),
    now,
  )
  const tried = denied.week > 0 || (key.lastUsedAt !== null && now - key.lastUsedAt < QUIET_MS)
  return {
    verdict: isInUse(key, now) ? 'in-use' : tried ? 'quiet' : 'safe',
    lastUsedAt: key.lastUsedAt,
    requests: spansOf(accepted, now),
    denied,
    callers: await callersSince(database, key, now - QUIET_MS),
  }
}

/** Accepted within a day: whatever uses the key would notice its end. */
export function isInUse({ lastUsedAt }: Pick<KeyRecord, 'lastUsedAt'>, now: number): boolean {
  return lastUsedAt !== null && now - lastUsedAt < DAY_MS
}

/** @throws AppError `KEY_IN_USE` with who would break. */
export async function requireUnused(reads: Reads, key: KeyRecord, now: number): Promise<void> {
  if (!isInUse(key, now)) return
  throw new AppError(
    'KEY_IN_USE',
    'This key was used within the last 24 hours, and whatever uses it would stop working. Repeat with confirm=in-use.',
    {
      lastUsedAt: new Date(key.lastUsedAt ?? 0).toISOString(),
      lastUsedIp: key.lastUsedIp,
      callers: await callersSince(reads, key, now - DAY_MS),
    },
  )
}

async function callersSince(reads: Reads, { id, prefix }: KeyRecord, since: number): Promise<KeyCaller[]> {
  const records = await reads.callers(id)
  return records.filter(({ lastSeenAt }) => lastSeenAt > since).map((record) => toCaller(record, prefix))
}

function toCaller(record: CallerRecord, livePrefix: string): KeyCaller {
  const { ip, userAgent, client, firstSeenAt, lastSeenAt, count, lastCode, prefix } = record
  return {
    ip,
    userAgent,
    client,
    firstSeenAt: new Date(firstSeenAt).toISOString(),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
    count,
    lastCode,
    secret: prefix === livePrefix ? 'current' : 'previous',
  }
}

/** @param records newest first. */
function recentIps(records: readonly CallerRecord[]): CallerReport['recentIps'] {
  const latest = new Map<string, number>()
  for (const { ip, lastSeenAt } of records) if (ip !== null && !latest.has(ip)) latest.set(ip, lastSeenAt)
  return [...latest].slice(0, RECENT_IPS).map(([ip, lastSeenAt]) => ({ ip, lastSeenAt }))
}

function spansOf(counts: readonly { start: number; count: number }[], now: number): SpanCounts {
  const within = (spanMs: number) =>
    counts.reduce((sum, { start, count }) => (start + HOUR_MS > now - spanMs ? sum + count : sum), 0)
  return { hour: within(HOUR_MS), day: within(DAY_MS), week: within(QUIET_MS) }
}
