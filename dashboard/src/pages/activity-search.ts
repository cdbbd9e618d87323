import type { AuditFilter } from '@claviger/sdk'
import { readText } from './address-text.ts'

/** What of the log is shown, as it stands in the address. */
export interface ActivitySearch {
  /** The noun of an action: `key`, `member`. */
  about?: string | undefined
  outcome?: 'success' | 'refused' | undefined
  request?: string | undefined
}

export function readActivitySearch(raw: Record<string, unknown>): ActivitySearch {
  const { about, outcome } = raw
  // Named in any case: what is left out the router would fill in from the address as it stands.
  return {
    about: typeof about === 'string' && /^[a-z][a-z-]{0,39}$/.test(about) ? about : undefined,
    outcome: outcome === 'success' || outcome === 'refused' ? outcome : undefined,
    request: readText(raw, 'request')?.slice(0, 64),
  }
}

export function toAuditFilter({ about, outcome, request }: ActivitySearch): AuditFilter {
  return {
    ...(about !== undefined && { action: `${about}.*` }),
    ...(outcome !== undefined && { outcome }),
    ...(request !== undefined && { requestId: request }),
  }
}
