import type { AuditFilter } from '@claviger/sdk'

/** What of the log is shown, as it stands in the address. */
export interface ActivitySearch {
  /** The noun of an action: `key`, `member`. */
  about?: string | undefined
  outcome?: 'success' | 'refused' | undefined
  request?: string | undefined
}

export function readActivitySearch(raw: Record<string, unknown>): ActivitySearch {
  const { about, outcome, request } = raw
  // Named in any case: what is left out the router would fill in from the address as it stands.
  return {
    about: typeof about === 'string' && /^[a-z-]{1,40}$/.test(about) ? about : undefined,
    outcome: outcome === 'success' || outcome === 'refused' ? outcome : undefined,
    request: typeof request === 'string' && request !== '' ? request.slice(0, 64) : undefined,
  }
}

export function toAuditFilter({ about, outcome, request }: ActivitySearch): AuditFilter {
  return {
    ...(about !== undefined && { action: `${about}.*` }),
    ...(outcome !== undefined && { outcome }),
    ...(request !== undefined && { requestId: request }),
  }
}
