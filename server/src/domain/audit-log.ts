import { type Actor, requireReach, requireUnbound } from './actor.ts'
import { DEPLOYMENT_CHAIN } from './audit.ts'
import type { EventFilter, EventPlace } from './event-query.ts'
import { findKey } from './keys.ts'
import type { Reads } from './ports.ts'
import type { AuditEvent } from './records.ts'
import { notFound } from './refusals.ts'
import { HIDDEN_ATTEMPT } from './refused.ts'

const PORTION = 200

/** What of a log somebody may read. */
export interface Readable {
  chain: string
  filter: EventFilter
}

/** The log of everything that belongs to no organization. @throws AppError `FORBIDDEN` for a bound service key. */
export function deploymentLog(actor: Pick<Actor, 'boundTo'>, filter: EventFilter): Readable {
  requireUnbound(actor)
  return { chain: DEPLOYMENT_CHAIN, filter }
}

/** An organization's log, which outlives it. @throws AppError `NOT_FOUND`. */
export async function organizationLog(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  filter: EventFilter,
): Promise<Readable> {
  requireReach(actor, organizationId)
  const isChain = organizationId !== DEPLOYMENT_CHAIN && (await database.chainHead(organizationId)) !== undefined
  if (!isChain) throw notFound('organization')
  // Only attempts on what exists elsewhere are recorded: to read of one's own would confirm that it exists.
  const seen = actor.boundTo === null ? filter : { ...filter, exceptChanges: HIDDEN_ATTEMPT }
  return { chain: organizationId, filter: seen }
}

/** What happened to a key, which is known here also after the key was deleted. @throws AppError `NOT_FOUND`. */
export async function keyLog(
  domain: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
  filter: Omit<EventFilter, 'target'>,
): Promise<Readable> {
  const log = await organizationLog(domain, actor, organizationId, { ...filter, target: keyId })
  if (!(await wasKeyHere(domain.database, organizationId, keyId))) await findKey(domain.database, organizationId, keyId)
  return log
}

/** By what was done to it: a mere attempt may have been on another organization's key. */
async function wasKeyHere(database: Reads, chain: string, keyId: string): Promise<boolean> {
  const filter: EventFilter = { target: keyId, outcome: 'success' }
  const [done] = await listEvents({ database }, { chain, filter }, null, 1)
  return done?.target.type === 'key'
}

/** A page of a log, newest first. */
export async function listEvents(
  { database }: { database: Reads },
  { chain, filter }: Readable,
  after: EventPlace | null,
  limit: number,
): Promise<AuditEvent[]> {
  const found: AuditEvent[] = []
  let place = after
  do {
    const scan = { chain, filter, order: 'newest-first', after: place, lastSequence: null } as const
    const { events, next } = await database.scanEvents({ ...scan, limit: limit - found.length })
    found.push(...events)
    place = next
  } while (place !== null && found.length < limit)
  return found
}

/** A whole log as it is when this begins, oldest first, in portions: the next is read when it is asked for. */
export async function* exportEvents(
  { database }: { database: Reads },
  { chain, filter }: Readable,
): AsyncGenerator<AuditEvent[], void, undefined> {
  const lastSequence = (await database.chainHead(chain))?.count ?? 0
  let place: EventPlace | null = null
  do {
    const scan = { chain, filter, order: 'oldest-first', after: place, lastSequence, limit: PORTION } as const
    const { events, next }: { events: AuditEvent[]; next: EventPlace | null } = await database.scanEvents(scan)
    if (events.length > 0) yield events
    place = next
  } while (place !== null)
}
