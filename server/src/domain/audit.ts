import { newId } from '@claviger/core'
import type { Actor } from './actor.ts'
import type { Domain, Reads, ServerKey, Writes } from './ports.ts'
import type { AuditEvent } from './records.ts'

/** The chain of everything that belongs to no organization. */
export const DEPLOYMENT_CHAIN = 'deployment'

export interface AuditEntry {
  /** Where one change does several things: what was done here; by default what the change as a whole is. */
  action?: string
  /** Null: the deployment's own chain. */
  organizationId: string | null
  target: { type: string; id: string; name: string }
  /** What changed, before and after, or why it did not; never a secret. */
  changes: Readonly<Record<string, unknown>>
  /** By default it was done. */
  outcome?: AuditEvent['outcome']
}

/** Adds an event to its chain, sealed over the one before it, within the transaction of what it tells of. */
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
    outcome: entry.outcome ?? 'success',
    requestId: actor.requestId,
  }
  const mac = serverKey.seal(sealedText(event, head?.mac), serverKey.version)
  await writes.appendEvent({ ...event, mac, serverKeyVersion: serverKey.version })
}

export type ChainVerdict = { intact: true; count: number } | { intact: false; sequence: number; reason: string }

/**
 * Reads a whole chain and recomputes every seal. It finds an altered, removed or reordered event, and an event that was
 * added without the server key. A chain cut at its end looks whole to it when its head was rolled back as well: that
 * is what heads kept elsewhere are compared for.
 */
export async function verifyChain(reads: Reads, serverKey: ServerKey, chain: string): Promise<ChainVerdict> {
  let count = 0
  let previous: Uint8Array | undefined
  for (let headSeen = 0; ; ) {
    const events = await reads.events(chain, count + 1, 500)
    for (const event of events) {
      const expected = count + 1
      if (event.sequence !== expected) return broken(expected, 'an event is missing or out of order')
      const mac = serverKey.seal(sealedText(event, previous), event.serverKeyVersion)
      if (Buffer.compare(mac, event.mac) !== 0) return broken(expected, 'the event was altered, or the one before it')
      previous = event.mac
      count = expected
    }
    if (events.length > 0) continue
    const head = await reads.chainHead(chain)
    const counted = head?.count ?? 0
    if (counted === count) {
      const sealed = !head || !previous || Buffer.compare(head.mac, previous) === 0
      return sealed ? { intact: true, count } : broken(count, 'the head has another seal')
    }
    // A server that goes on writing may have added events since they were read; then they are there now.
    if (counted <= headSeen || counted < count)
      return broken(count + 1, `the head counts ${counted} events, found ${count}`)
    headSeen = counted
  }
}

/** Every chain there is, each with what its seals say. */
export async function verifyChains(reads: Reads, serverKey: ServerKey): Promise<({ chain: string } & ChainVerdict)[]> {
  const verdicts: ({ chain: string } & ChainVerdict)[] = []
  for (const { chain } of await reads.chainHeads()) {
    verdicts.push({ chain, ...(await verifyChain(reads, serverKey, chain)) })
  }
  return verdicts
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
