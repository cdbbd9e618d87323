import { type Actor, requireReach } from './actor.ts'
import { findKey } from './keys.ts'
import type { Domain } from './ports.ts'
import { DAY_MS, USAGE_KEPT_MS } from './usage-records.ts'

/** A scope that was not used for as long can be called unused. */
export const UNUSED_AFTER_DAYS = 30

export interface ScopeReport {
  /** From when on it is known which scopes of the key were used. */
  since: number
  /** The last day on which a request that was let in named its scopes; null: none did, and nothing is known. */
  lastNamedDay: number | null
  /** What the key holds, as it holds it. */
  scopes: ScopeUsage[]
}

export interface ScopeUsage {
  scope: string
  /** The report's, or later, where the scope was granted later. */
  since: number
  lastUsedDay: number | null
  /** Shown not to be needed: known for long enough, by requests that name their scopes, and not used in that time. */
  unused: boolean
}

/** Which of its scopes a key uses. Days are days since 1970, UTC. @throws AppError `NOT_FOUND`. */
export async function scopesOfKey(
  { database, usage, clock }: Pick<Domain, 'database' | 'usage' | 'clock'>,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
): Promise<ScopeReport> {
  requireReach(actor, organizationId)
  await usage.flush()
  const key = await findKey(database, organizationId, keyId)
  const { notedSince, scopes: records } = await database.scopeUses(keyId)
  const now = clock.now()
  // What is older has been removed.
  const since = Math.max(key.createdAt, notedSince ?? 0, now - USAGE_KEPT_MS)
  const days = records.flatMap(({ lastUsedDay }) => lastUsedDay ?? [])
  const lastNamedDay = days.length === 0 ? null : Math.max(...days)
  const isLongAgo = (day: number | null) => day === null || now - (day + 1) * DAY_MS >= UNUSED_AFTER_DAYS * DAY_MS
  const scopes = key.scopes.map((scope) => {
    const record = records.find((one) => one.scope === scope)
    const ownSince = Math.max(since, record?.grantedAt ?? 0)
    const writtenDay = record?.lastUsedDay ?? null
    // A use of it before it was granted anew may have been written only afterwards.
    const lastUsedDay = writtenDay !== null && (writtenDay + 1) * DAY_MS > ownSince ? writtenDay : null
    const watched = now - ownSince >= UNUSED_AFTER_DAYS * DAY_MS && !isLongAgo(lastNamedDay)
    return { scope, since: ownSince, lastUsedDay, unused: watched && isLongAgo(lastUsedDay) }
  })
  return { since, lastNamedDay, scopes }
}
