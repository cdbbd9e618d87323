import { mayDo, type Right, ROLES } from '@claviger/core'
import type { Actor } from './actor.ts'
import type { Stop } from './notice-facts.ts'
import type { Domain, Writes } from './ports.ts'
import { isProduction } from './production.ts'
import { queueNotice } from './queue-notice.ts'
import type { KeyRecord } from './records.ts'

/**
 * What people are told by mail of what happens to their keys. A notice is queued in the transaction of what it tells of,
 * and holds facts: no words, and no link.
 */

type Posting = Pick<Domain, 'mail' | 'randomBytes' | 'product'>

/** Of a key that waits, whoever can approve it is told; of one that works in production at once, everybody in charge. */
export async function tellOfNewKey(
  domain: Posting,
  writes: Writes,
  { ref }: Actor,
  key: KeyRecord,
  now: number,
): Promise<void> {
  if (key.pendingSince !== null) {
    const facts = { ...factsOf(key), askedBy: ref.name }
    await queueNotice(domain, writes, await inCharge(writes, key), { notice: 'approval-asked', facts }, now)
  } else if (isProduction(domain.product, key.environment)) {
    const facts = { ...factsOf(key), by: ref.name, at: now }
    await queueNotice(domain, writes, await inCharge(writes, key), { notice: 'key-created', facts }, now)
  }
}

/** Whoever asked for the key is told, where that is somebody with an account. */
export async function tellOfDecision(
  domain: Posting,
  writes: Writes,
  { ref }: Actor,
  key: KeyRecord,
  decision: 'approved' | 'declined',
  now: number,
): Promise<void> {
  const { type, id } = key.createdBy
  const asker = type === 'user' && id !== null ? await writes.person(id) : undefined
  if (!asker) return
  const facts = { ...factsOf(key), decision, decidedBy: ref.name }
  await queueNotice(domain, writes, [asker.email], { notice: 'approval-decided', facts }, now)
}

export async function tellOfCompromise(
  domain: Posting,
  writes: Writes,
  { ref }: Actor,
  key: KeyRecord,
  now: number,
): Promise<void> {
  const facts = { ...factsOf(key), by: ref.name, at: now }
  await queueNotice(domain, writes, await inCharge(writes, key), { notice: 'key-compromised', facts }, now)
}

/** @returns how many are told. */
export async function tellOfReport(
  domain: Posting,
  writes: Writes,
  { ref }: Actor,
  about: ReturnType<typeof factsOf>,
  stopped: Stop | null,
  now: number,
): Promise<number> {
  if (!domain.mail.enabled) return 0
  const recipients = new Set(await inCharge(writes, about))
  const facts = { ...about, by: ref.name, at: now, stopped }
  await queueNotice(domain, writes, [...recipients], { notice: 'compromise-reported', facts }, now)
  return recipients.size
}

const IN_CHARGE: Right = 'keys:approve'

async function inCharge(writes: Writes, { organizationId }: Pick<KeyRecord, 'organizationId'>): Promise<string[]> {
  if (organizationId === null) return []
  const roles = ROLES.filter((role) => mayDo(role, IN_CHARGE))
  return (await writes.membersWithRole(organizationId, roles)).map(({ email }) => email)
}

function factsOf({ id, name, organizationId, environment }: KeyRecord) {
  return { organizationId: organizationId ?? '', keyId: id, keyName: name, environment }
}
