import type { ActorRef } from '@claviger/core'
import { mayDo, newId, type Right, ROLES } from '@claviger/core'
import type { Domain, Writes } from './ports.ts'
import type { KeyRecord } from './records.ts'

/** Mail about what happens here. A notice is queued in the transaction of what it tells of, and holds facts, no words. */

type Posting = Pick<Domain, 'mail' | 'randomBytes'>

/** What happened to a key, as the notice about it tells. */
type KeyNotice = 'approval-asked' | 'approval-decided' | 'key-created' | 'key-compromised'

export async function queueNotice(
  { mail, randomBytes }: Posting,
  writes: Writes,
  recipient: string,
  notice: string,
  facts: Record<string, unknown>,
  now: number,
): Promise<void> {
  if (!mail.enabled) return
  await writes.queueMail({ id: newId('msg', now, randomBytes), recipient, notice, facts, createdAt: now })
}

/** Tells everybody in the key's organization who has this right. */
export async function noticeToHolders(
  domain: Posting,
  writes: Writes,
  right: Right,
  notice: KeyNotice,
  key: KeyRecord,
  more: Record<string, unknown>,
  now: number,
): Promise<void> {
  if (!domain.mail.enabled || key.organizationId === null) return
  const roles = ROLES.filter((role) => mayDo(role, right))
  for (const { email } of await writes.membersWithRole(key.organizationId, roles)) {
    await queueNotice(domain, writes, email, notice, { ...factsOf(key), ...more }, now)
  }
}

/** Tells one person, where that is one and still has an account. */
export async function noticeToPerson(
  domain: Posting,
  writes: Writes,
  to: ActorRef,
  notice: KeyNotice,
  key: KeyRecord,
  more: Record<string, unknown>,
  now: number,
): Promise<void> {
  if (to.type !== 'user' || to.id === null) return
  const person = await writes.person(to.id)
  if (person) await queueNotice(domain, writes, person.email, notice, { ...factsOf(key), ...more }, now)
}

function factsOf({ id, name, organizationId, environment }: KeyRecord): Record<string, unknown> {
  return { organizationId, keyId: id, keyName: name, environment }
}
