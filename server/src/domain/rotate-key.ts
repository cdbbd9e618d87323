import type { Receipt } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import { applyChange } from './change.ts'
import type { IssuedKey } from './issue-key.ts'
import { findKey, requireAllowed } from './keys.ts'
import { newSecret, storeSecret, tagOf } from './new-secret.ts'
import type { Domain } from './ports.ts'

/** Gives a key a new secret; the old one is dead when this returns. Everything else about the key stays. */
export async function rotateKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
): Promise<{ value: IssuedKey; receipt: Receipt }> {
  requireReach(actor, organizationId)
  return applyChange(domain, actor, { action: 'key.rotate', scope: 'keys:write' }, async (writes, now) => {
    const key = await findKey(writes, organizationId, keyId)
    requireAllowed(domain, 'rotate', key, now)
    const fresh = newSecret(domain, tagOf(domain.product, key.environment))
    const rotated = { ...key, prefix: fresh.prefix, rotatedAt: now, updatedAt: now, version: key.version + 1 }
    await writes.retireSecrets(keyId)
    await storeSecret(domain, writes, keyId, fresh, now)
    await writes.updateKey(rotated)
    return {
      changed: true,
      value: { key: rotated, secret: fresh.secret },
      touched: [{ keyId, addsSecret: true }],
      audit: {
        organizationId,
        target: { type: 'key', id: keyId, name: key.name },
        changes: { prefix: { before: key.prefix, after: fresh.prefix } },
      },
    }
  })
}
