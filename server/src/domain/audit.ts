import { newId } from '@claviger/core'
import type { Actor } from './actor.ts'
import type { Domain, EventPage, Reads, ServerKey, Writes } from './ports.ts'
import type { AuditEvent } from './records.ts'

/** The chain of everything that belongs to no organization. */
export const DEPLOYMENT_CHAIN = 'deployment'

export interface AuditEntry {
  /** Null: the deployment's own chain. */
  organizationId: string | null
  target: { type: string; id: string; name: string }
  /** What changed, before and after; never a secret. */
  changes: Readonly<Record<string, unknown>>
}

/** Adds an event to its chain, sealed over the one before it, within the change's own transaction. */
export async function appendToChain(
  { serverKey, randomBytes }: Pick<Domain, 'serverKey' | 'randomBytes'>,
  writes: Writes,
  actor: Actor,
  action: string,
  entry: AuditEntry,
  at: number,
): Promise<void> {
  const chain = entry.organizationId ?? DEPLOYMENT_CHAIN
  const head = await writes.chainHead(chain)
  const event: AuditEvent = {
    id: newId('evt', at, randomBytes),
    chain,
    sequence: (head?.count ?? 0) + 1,
    at,
    actor: { ...actor.ref, ip: actor.ip, userAgent: actor.userAgent },
    action,
    target: entry.target,
    changes: JSON.stringify(entry.changes),
    outcome: 'success',
    requestId: actor.requestId,
  }
  const mac = serverKey.seal(sealedText(event, head?.mac), serverKey.version)
  await writes.appendEvent({ ...event, mac, serverKeyVersion: serverKey.version })
}

/** One chain's events, newest first. */
export async function listEvents(
  { database }: { database: Reads },
  chain: string,
  page: EventPage,
): Promise<AuditEvent[]> {
  return database.eventsNewestFirst(chain, page)
}

export type ChainVerdict = { intact: true; count: number } | { intact: false; sequence: number; reason: string }

/**
 * Reads a whole chain and recomputes every seal. It finds an altered, removed or reordered event, and an event that was
 * added without the server key. A chain cut at its end looks whole to it when its head was rolled back as well: that
 * is what heads kept elsewhere are compared for.
 */
export async function verifyChain(reads: Reads, serverKey: ServerKey, chain: string): Promise<ChainVerdict> {
  const head = await reads.chainHead(chain)
  let expected = 1
  let previous: Uint8Array | undefined
  for (;;) {
    const events = await reads.events(chain, expected, 500)
    for (const event of events) {
      if (event.sequence !== expected) return broken(expected, 'an event is missing or out of order')
      const mac = serverKey.seal(sealedText(event, previous), event.serverKeyVersion)
      if (Buffer.compare(mac, event.mac) !== 0) return broken(expected, 'the event was altered, or the one before it')
      previous = event.mac
      expected++
    }
    if (events.length === 0) break
  }
  const count = expected - 1
  if ((head?.count ?? 0) !== count)
    return broken(expected, `the head counts ${head?.count ?? 0} events, found ${count}`)
  if (head && previous && Buffer.compare(head.mac, previous) !== 0) return broken(count, 'the head has another seal')
  return { intact: true, count }
}

function broken(sequence: number, reason: string): ChainVerdict {
  return { intact: false, sequence, reason }
}

/** One line of JSON in a fixed order: no two events can share it, wherever a name puts its commas. */
function sealedText(event: AuditEvent, previous: Uint8Array | undefined): string {
  const { id, chain, sequence, at, actor, action, target, changes, outcome, requestId } = event
  return JSON.stringify([
    previous ? Buffer.from(previous).toString('hex') : null,
    [chain, sequence, id, at, action, outcome, requestId],
    [actor.type, actor.id, actor.name, actor.ip, actor.userAgent],
    [target.type, target.id, target.name],
    changes,
  ])
}
