import { newId } from '@claviger/core'
import type { QueuedNotice } from './notice-facts.ts'
import type { Domain, Writes } from './ports.ts'

/** Tells these people by mail, if the change is made. Where this server sends no mail, nobody. */
export async function queueNotice(
  { mail, randomBytes }: Pick<Domain, 'mail' | 'randomBytes'>,
  writes: Pick<Writes, 'queueMail'>,
  recipients: readonly string[],
  notice: QueuedNotice,
  now: number,
): Promise<void> {
  if (!mail.enabled) return
  for (const recipient of new Set(recipients)) {
    await writes.queueMail({ ...notice, id: newId('msg', now, randomBytes), recipient, createdAt: now })
  }
}
