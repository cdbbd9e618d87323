import type { AuditEvent } from './records.ts'

/** All conditions must hold; an absent one holds for every event. Times are milliseconds since 1970. */
export interface EventFilter {
  /** Id of who did it. */
  actor?: string
  /** `key.revoke`, or `key.*` for all that begin with `key.`. */
  action?: string
  /** Id of what it was done to. */
  target?: string
  outcome?: AuditEvent['outcome']
  requestId?: string
  /** Not before. */
  from?: number
  /** Before. */
  to?: number
  /** Leaves out events whose `changes` are exactly this text. */
  exceptChanges?: string
}

/** A place in a chain's order by time. */
export type EventPlace = Pick<AuditEvent, 'at' | 'sequence'>

export interface EventScan {
  chain: string
  filter: EventFilter
  order: 'newest-first' | 'oldest-first'
  /** The scan goes on behind this place; null: it begins. */
  after: EventPlace | null
  /** Events that were added later than this one are left out; null: none is. */
  lastSequence: number | null
  limit: number
}

/** What a part of a scan found. */
export interface EventsFound {
  events: AuditEvent[]
  /** Where to go on, also where nothing was found so far; null: that was all. */
  next: EventPlace | null
}
