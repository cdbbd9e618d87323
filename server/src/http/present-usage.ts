import {
  DENIALS,
  type DeniedRequest,
  type KeyCallers,
  type KeyScopes,
  type RemovalCheck,
  type Usage,
  type UsageByKey,
} from '@claviger/core'
import type { CallerReport, RemovalReport } from '../domain/callers.ts'
import { type ScopeReport, UNUSED_AFTER_DAYS } from '../domain/scope-uses.ts'
import type { UsageByKeyReport, UsageReport } from '../domain/usage.ts'
import { DAY_MS, type DenialRecord } from '../domain/usage-records.ts'

/** What is known of the use of keys, as it travels. */

export function presentUsage({ from, to, bucket, items, totals }: UsageReport): Usage {
  return { from: time(from), to: time(to), bucket, items: presentBuckets(items), totals }
}

export function presentUsageByKey({ from, to, bucket, items }: UsageByKeyReport): UsageByKey {
  const shown = items.map((one) => ({ keyId: one.keyId, items: presentBuckets(one.items), totals: one.totals }))
  return { from: time(from), to: time(to), bucket, items: shown }
}

function presentBuckets(items: UsageReport['items']): Usage['items'] {
  return items.map(({ start, counts }) => ({ start: time(start), counts }))
}

export function presentCallers({ callers, others, recentIps }: CallerReport): KeyCallers {
  const ips = recentIps.map(({ ip, lastSeenAt }) => ({ ip, lastSeenAt: time(lastSeenAt) }))
  return { items: callers, others, recentIps: ips }
}

export function presentRemoval({ lastUsedAt, ...check }: RemovalReport): RemovalCheck {
  return { ...check, lastUsedAt: lastUsedAt === null ? null : time(lastUsedAt) }
}

export function presentScopes({ since, lastNamedDay, scopes }: ScopeReport): KeyScopes {
  return {
    items: scopes.map(({ scope, lastUsedDay, unused, ...one }) => ({
      scope,
      since: time(one.since),
      lastUsedOn: dayOf(lastUsedDay),
      unused,
    })),
    since: time(since),
    lastNamedOn: dayOf(lastNamedDay),
    unusedAfterDays: UNUSED_AFTER_DAYS,
  }
}

export function presentDenial({ requestId, at, code, keyId, ip }: DenialRecord): DeniedRequest {
  return { requestId, at: time(at), code, message: DENIALS[code].message, keyId, ip }
}

function dayOf(day: number | null): string | null {
  return day === null ? null : time(day * DAY_MS).slice(0, 10)
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
