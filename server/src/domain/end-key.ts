import { type Receipt, withoutSecrets } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import { requireUnused } from './callers.ts'
import { applyChange, type Changed, type Intent, type Outcome } from './change.ts'
import { tellOfCompromise } from './key-notices.ts'
import { findKey, requireAllowed } from './keys.ts'
import type { Domain, Writes } from './ports.ts'
import { requireFreshSignIn } from './production.ts'
import type { KeyRecord, RevokeReason } from './records.ts'
import { notFound } from './refusals.ts'

export interface RevokeWhy {
  reason?: RevokeReason
  note?: string
}

/** Ends a key for good. Revoking a revoked key is no second event, but answers with a receipt like the first. */
export async function revokeKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
  why: RevokeWhy,
): Promise<Changed<KeyRecord>> {
  requireReach(actor, organizationId)
  const intent: Intent = { action: 'key.revoke', scope: 'keys:write' }
  return applyChange(domain, actor, intent, async (writes, now, standing) => {
    const key = await findKey(writes, organizationId, keyId)
    requireFreshSignIn(domain.product, standing, key.environment, now)
    return revokeIn(domain, writes, actor, key, why, now)
  })
}

/** A key ends itself: whoever holds its secret may do that, for example after leaking it. */
export async function revokeSelf(domain: Domain, holder: Actor): Promise<Changed<KeyRecord>> {
  return applyChange(domain, holder, { action: 'key.revoke', scope: null }, async (writes, now) => {
    const key = await writes.key(holder.ref.id ?? '')
    if (!key) throw notFound('key')
    return revokeIn(domain, writes, holder, key, { note: 'revoked by its holder' }, now)
  })
}

/** Within a change: revokes the key, or finds that it is revoked already. */
export async function revokeIn(
  domain: Pick<Domain, 'product' | 'mail' | 'randomBytes'>,
  writes: Writes,
  actor: Actor,
  key: KeyRecord,
  { reason, note }: RevokeWhy,
  now: number,
): Promise<Outcome<KeyRecord>> {
  const touched = [{ keyId: key.id, addsSecret: false }]
  if (!requireAllowed(domain, 'revoke', key, now)) return { changed: false, value: key, touched }
  // Struck out and not refused: a revocation waits for nothing.
  const kept = note === undefined ? null : withoutSecrets(note)
  const value: KeyRecord = {
    ...key,
    revokedAt: now,
    revokeReason: reason ?? null,
    revokeNote: kept,
    updatedAt: now,
    version: key.version + 1,
  }
  await writes.updateKey(value)
  if (reason === 'compromised') await tellOfCompromise(domain, writes, actor, value, now)
  const type = key.catalogue === 'service' ? 'service-key' : 'key'
  return {
    changed: true,
    value,
    touched,
    audit: {
      organizationId: key.organizationId,
      target: { type, id: key.id, name: key.name },
      changes: { revokedAt: { before: null, after: now }, reason: reason ?? null, note: kept },
    },
  }
}

/**
 * Removes a key; its history stays in the organization's audit log and its secrets stay known as dead.
 * @param confirm `in-use` removes, where the product lets active keys be removed, also one that was used in the last day.
 * @throws AppError `KEY_NOT_REVOKED` or `KEY_IN_USE` where the product's rules say so, `NOT_FOUND`.
 */
export async function deleteKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
  confirm: 'in-use' | undefined,
): Promise<{ receipt: Receipt }> {
  requireReach(actor, organizationId)
  // What was used a moment ago is still on its way to the database; the rule about use needs it there.
  await domain.usage.flush()
  const intent = { action: 'key.delete', scope: 'keys:write' } as const
  const { value, receipt } = await applyChange<boolean>(domain, actor, intent, async (writes, now, standing) => {
    const touched = [{ keyId, addsSecret: false }]
    const key = await writes.key(keyId)
    if (key?.catalogue !== 'product' || key.organizationId !== organizationId) {
      return { changed: false, value: false, touched }
    }
    requireAllowed(domain, 'delete', key, now)
    requireFreshSignIn(domain.product, standing, key.environment, now)
    const mayBeInUse = domain.product.lifecycle.deleteRequiresRevoke || confirm === 'in-use' || key.revokedAt !== null
    if (!mayBeInUse) await requireUnused(writes, key, now)
    await writes.deleteKey(key, now)
    return {
      changed: true,
      value: true,
      touched,
      audit: { organizationId, target: { type: 'key', id: keyId, name: key.name }, changes: { prefix: key.prefix } },
    } satisfies Outcome<boolean>
  })
  if (!value) throw notFound('key')
  return { receipt }
}
