import type { AuditEntry } from './audit.ts'
import { listEvents } from './audit-log.ts'
import type { Reads } from './ports.ts'
import type { AuditEvent, KeyRecord } from './records.ts'
import { invalidField } from './refusals.ts'

/** One key takes over from another. That is a fact of their history alone: no verdict rests on it. */

export const REPLACED = 'key.replace'

interface Replaced {
  id: string
  name: string
}

/** @throws AppError `VALIDATION_FAILED` where no such key is or was in the organization. */
export async function findReplaced(
  reads: Reads,
  organizationId: string,
  keyId: string | undefined,
): Promise<Replaced | null> {
  if (keyId === undefined) return null
  const key = await reads.key(keyId)
  if (key?.catalogue === 'product' && key.organizationId === organizationId) return key
  const tombstone = key ? undefined : await reads.tombstone(keyId)
  if (tombstone?.organizationId !== organizationId) {
    throw invalidField('replaces', 'is no key of this organization, and was none; leave it out or name one that is')
  }
  return { id: keyId, name: await nameInLog(reads, organizationId, keyId) }
}

/** Filed under the key that was replaced. */
export function replacementOf(organizationId: string, { id, name }: Replaced, by: KeyRecord): AuditEntry {
  const changes = { replacedBy: { after: by.id }, name: { after: by.name } }
  return { action: REPLACED, organizationId, target: { type: 'key', id, name }, changes }
}

/** The latest one; null: nothing took over from it. */
export async function latestReplacement(database: Reads, chain: string, keyId: string): Promise<AuditEvent | null> {
  const filter = { target: keyId, action: REPLACED, outcome: 'success' } as const
  const [latest = null] = await listEvents({ database }, { chain, filter }, null, 1)
  return latest
}

/** What such an event says. */
export function readReplacement({ changes }: Pick<AuditEvent, 'changes'>): Replaced {
  const { replacedBy, name } = JSON.parse(changes) as { replacedBy: { after: string }; name: { after: string } }
  return { id: replacedBy.after, name: name.after }
}

/** What a deleted key was called last. */
export async function nameInLog(database: Reads, chain: string, keyId: string): Promise<string> {
  const [last] = await listEvents({ database }, { chain, filter: { target: keyId, outcome: 'success' } }, null, 1)
  return last?.target.name ?? keyId
}
