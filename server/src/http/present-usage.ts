import { DENIALS, type DeniedRequest, type KeyCallers, type RemovalCheck, type Usage } from '@claviger/core'
import type { CallerReport, RemovalReport } from '../domain/callers.ts'
import type { UsageReport } from '../domain/usage.ts'
import type { DenialRecord } from '../domain/usage-records.ts'

/** What is known of the use of keys, as it travels. */

export function presentUsage({ from, to, bucket, items, totals }: UsageReport): Usage {
  const shown = items.map(({ start, counts }) => ({ start: time(start), counts }))
  return { from: time(from), to: time(to), bucket, items: shown, totals }
}

export function presentCallers({ callers, others, recentIps }: CallerReport): KeyCallers {
  const ips = recentIps.map(({ ip, lastSeenAt }) => ({ ip, lastSeenAt: time(lastSeenAt) }))
  return { items: callers, others, recentIps: ips }
}

export function presentRemoval({ lastUsedAt, ...check }: RemovalReport): RemovalCheck {
  return { ...check, lastUsedAt: lastUsedAt === null ? null : time(lastUsedAt) }
}

export function presentDenial({ requestId, at, code, keyId, ip }: DenialRecord): DeniedRequest {
  return { requestId, at: time(at), code, message: DENIALS[code].message, keyId, ip }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
