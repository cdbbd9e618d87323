import { AppError, type ErrorCode } from '@claviger/core'
import { type Acting, type Actor, requireUnbound } from './actor.ts'
import type { AuditEntry } from './audit.ts'
import { applyChange, type Changed, type Intent } from './change.ts'
import { draftKey, firstState, type NewKey } from './issue-key.ts'
import { requireRoom } from './key-fields.ts'
import type { Domain, Writes } from './ports.ts'
import type { KeyRecord, OrganizationRecord } from './records.ts'
import { notFound } from './refusals.ts'

/** A key of another system, known by what that system stored of it. */
export interface ImportedKey extends NewKey {
  /** Of the whole secret, 64 hexadecimal digits. */
  sha256: string
  /** What of the secret lists may show. */
  prefix?: string
}

/** What became of one item; the others do not depend on it. */
export type ImportResult =
  | { key: KeyRecord }
  | { error: { code: ErrorCode; message: string; details: Record<string, unknown> } }

/**
 * Takes over keys without their holders noticing: the secret they have goes on working.
 * @param items up to 1,000.
 * @returns a result for each, in their order.
 */
export async function importKeys(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  items: readonly ImportedKey[],
): Promise<Changed<ImportResult[]>> {
  // Whoever can name a hash could claim another's key with it, so this is for the operator alone.
  requireUnbound(actor)
  const intent: Intent = { action: 'key.import', scope: 'keys:write' }
  return applyChange<ImportResult[]>(domain, actor, intent, async (writes, now, standing) => {
    const organization = await writes.organization(organizationId)
    if (!organization) throw notFound('organization')
    const value: ImportResult[] = []
    const audit: AuditEntry[] = []
    for (const item of items) {
      const result = await importOne(domain, writes, { actor, standing }, organization, item, now)
      value.push(result)
      if ('key' in result) {
        const { id, name } = result.key
        audit.push({ organizationId, target: { type: 'key', id, name }, changes: firstState(result.key) })
      }
    }
    if (audit.length === 0) return { changed: false, value, touched: [{ organizationId, addsSecret: false }] }
    return { changed: true, value, touched: [{ organizationId, addsSecret: true, imports: true }], audit }
  })
}

async function importOne(
  domain: Domain,
  writes: Writes,
  by: Acting,
  organization: OrganizationRecord,
  item: ImportedKey,
  now: number,
): Promise<ImportResult> {
  const { serverKey, product } = domain
  try {
    const sha256 = Buffer.from(item.sha256, 'hex')
    const key = draftKey(domain, by, organization, item, item.prefix ?? 'imported', now)
    await requireRoom(product, writes, organization, now, null)
    if (await writes.knowsDigest(serverKey.digests(sha256))) {
      throw new AppError('KEY_EXISTS', 'A key with this secret is known here already.')
    }
    await writes.insertKey(key)
    if (key.credits) await writes.setBalance(key.id, key.credits)
    await writes.insertSecret({
      digest: serverKey.digest(sha256),
      serverKeyVersion: serverKey.version,
      keyId: key.id,
      prefix: key.prefix,
      state: 'current',
      createdAt: now,
      endsAt: null,
      imported: true,
      lastUsedAt: null,
    })
    return { key }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, details } = error
    return { error: { code, message, details } }
  }
}
