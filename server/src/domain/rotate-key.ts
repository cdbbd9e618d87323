import { AppError } from '@claviger/core'
import { type Actor, requireReach, type Standing } from './actor.ts'
import { applyChange, type Changed, type Intent, type Outcome } from './change.ts'
import { type IssuedKey, withoutOldSecret } from './issue-key.ts'
import { findKey, requireAllowed } from './keys.ts'
import { newSecret, storeSecret, tagOf } from './new-secret.ts'
import type { Domain, Writes } from './ports.ts'
import { requireFreshSignIn } from './production.ts'
import type { KeyRecord } from './records.ts'
import { requireGrantable } from './role-limits.ts'

/**
 * Gives a key a new secret; everything else about the key stays.
 * @param graceSeconds how long the old secret still works, 0–604800. It never outlives the key's expiry. A secret that
 * is old already ends now.
 * @param reason why, for the audit log.
 * @throws AppError `NOT_FOUND`, or the lifecycle table's code.
 */
export async function rotateKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
  graceSeconds: number,
  reason?: 'compromised',
): Promise<Changed<IssuedKey>> {
  requireReach(actor, organizationId)
  const intent: Intent = { action: 'key.rotate', scope: 'keys:write' }
  const issued = await applyChange<IssuedKey>(domain, actor, intent, async (writes, now, standing) => {
    const key = await findKey(writes, organizationId, keyId)
    requireAllowed(domain, 'rotate', key, now)
    requireGrantable(domain.product, standing, key)
    requireFreshSignIn(domain.product, standing, key.environment, now)
    const endsAt = Math.min(now + graceSeconds * 1_000, key.expiresAt ?? Number.POSITIVE_INFINITY)
    const overlap = graceSeconds > 0
    const fresh = newSecret(domain, tagOf(domain.product, key.environment))
    const [live] = (await writes.secrets(keyId)).filter(({ state }) => state === 'current')
    await writes.retireSecrets(keyId)
    if (overlap && live) await writes.updateSecret({ ...live, state: 'previous', endsAt })
    await storeSecret(domain, writes, keyId, fresh, now)
    const rotated: KeyRecord = {
      ...key,
      prefix: fresh.prefix,
      previousSecret: overlap && live ? { prefix: key.prefix, endsAt, lastUsedAt: live.lastUsedAt } : null,
      rotatedAt: now,
      updatedAt: now,
      version: key.version + 1,
    }
    await writes.updateKey(rotated)
    const prefix = { before: key.prefix, after: fresh.prefix }
    return {
      changed: true,
      value: { key: rotated, secret: fresh.secret },
      touched: [{ keyId, addsSecret: true }],
      audit: {
        organizationId,
        target: { type: 'key', id: keyId, name: key.name },
        changes: { prefix, previousSecretEndsAt: overlap ? endsAt : null, ...(reason && { reason }) },
      },
    }
  })
  return withoutOldSecret(issued)
}

/** Ends a rotation's overlap now: the old secret is dead when this returns. Without an overlap there is nothing to do. */
export async function finishRotation(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
): Promise<Changed<KeyRecord>> {
  const intent: Intent = { action: 'key.rotation.finish', scope: 'keys:write' }
  return duringOverlap(domain, actor, organizationId, keyId, intent, async (writes, key, previous) => {
    if (!previous) return null
    await retireOne(writes, keyId, 'previous')
    return { ...key, previousSecret: null }
  })
}

/**
 * Takes a rotation back: the new secret is dead when this returns, and the old one is the key's only one again.
 * @throws AppError `ROTATION_NOT_IN_PROGRESS` once the old secret has ended.
 */
export async function cancelRotation(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
): Promise<Changed<KeyRecord>> {
  const intent: Intent = { action: 'key.rotation.cancel', scope: 'keys:write' }
  return duringOverlap(domain, actor, organizationId, keyId, intent, async (writes, key, previous, standing) => {
    // The old secret, which whoever asks may have, lives on.
    requireGrantable(domain.product, standing, key)
    if (!previous) {
      throw new AppError('ROTATION_NOT_IN_PROGRESS', 'The old secret has ended already; rotate the key again instead.')
    }
    const old = await retireOne(writes, keyId, 'current')
    await writes.updateSecret({ ...old, state: 'current', endsAt: null })
    return { ...key, prefix: previous.prefix, previousSecret: null }
  })
}

/** @returns the key's other secret. */
async function retireOne(writes: Writes, keyId: string, state: 'current' | 'previous') {
  const secrets = await writes.secrets(keyId)
  const ended = secrets.find((secret) => secret.state === state)
  const other = secrets.find((secret) => secret.state !== state)
  if (!ended || !other) throw new Error(`key ${keyId} is in an overlap but lacks one of its two secrets`)
  await writes.updateSecret({ ...ended, state: 'retired', endsAt: null })
  return other
}

/** @param work gives the key as it is afterwards, or null where there is nothing to do. */
async function duringOverlap(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
  intent: Intent,
  work: (
    writes: Writes,
    key: KeyRecord,
    previous: KeyRecord['previousSecret'],
    standing: Standing,
  ) => Promise<KeyRecord | null>,
): Promise<Changed<KeyRecord>> {
  requireReach(actor, organizationId)
  return applyChange<KeyRecord>(domain, actor, intent, async (writes, now, standing): Promise<Outcome<KeyRecord>> => {
    const key = await findKey(writes, organizationId, keyId)
    requireAllowed(domain, 'rotate', key, now)
    requireFreshSignIn(domain.product, standing, key.environment, now)
    const previous = key.previousSecret && key.previousSecret.endsAt > now ? key.previousSecret : null
    const touched = [{ keyId, addsSecret: true }]
    const after = await work(writes, key, previous, standing)
    if (!after) return { changed: false, value: key, touched }
    const value = { ...after, updatedAt: now, version: key.version + 1 }
    await writes.updateKey(value)
    const changes = {
      prefix: { before: key.prefix, after: value.prefix },
      previousSecret: { before: previous?.prefix, after: null },
    }
    const target = { type: 'key', id: keyId, name: key.name }
    return { changed: true, value, touched, audit: { organizationId, target, changes } }
  })
}
