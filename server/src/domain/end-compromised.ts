import { AppError, type Receipt, statusOf } from '@claviger/core'
import type { Actor } from './actor.ts'
import { type CallerReport, callersOfKey } from './callers.ts'
import { compromiseOf } from './compromise.ts'
import { revokeKey } from './end-key.ts'
import { RESTRICTED } from './grants.ts'
import { type IssuedKey, issueKey, type NewKey } from './issue-key.ts'
import { refilledAt } from './key-fields.ts'
import { latestReplacement, readReplacement } from './key-replacement.ts'
import type { Domain } from './ports.ts'
import type { KeyRecord } from './records.ts'

export interface EndedCompromise {
  key: KeyRecord
  /** Its secret is null where the key was replaced before. */
  replacement: IssuedKey | null
  /** Why there is no replacement, although the key was in use. */
  notReplaced: AppError | null
  report: CallerReport
  /** When those in charge were told by mail. */
  notified: { at: string; by: string } | null
}

/**
 * Everything at once: the key is revoked, one with the same rights takes its place, those in charge are told, and the
 * answer says who used it. The revocation stands whatever becomes of the rest. A key that let nobody in when it was
 * revoked gets no replacement, nor does one that was revoked for another reason before; and no key gets two of them.
 * @throws AppError `NOT_FOUND`, `FRESH_SIGN_IN_REQUIRED`.
 */
export async function endCompromisedKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
  note: string | undefined,
): Promise<{ value: EndedCompromise; receipt: Receipt }> {
  const why = { reason: 'compromised', ...(note === undefined ? {} : { note }) } as const
  const { value: key, receipt } = await revokeKey(domain, actor, organizationId, keyId, why)
  const replaced = wasInUse(key) ? await replace(domain, actor, organizationId, key) : null
  const isRefused = replaced instanceof AppError
  const report = await callersOfKey(domain, actor, organizationId, keyId)
  const { notified } = await compromiseOf(domain, actor, organizationId, keyId)
  const replacement = isRefused ? null : replaced
  return { value: { key, replacement, notReplaced: isRefused ? replaced : null, report, notified }, receipt }
}

function wasInUse(key: KeyRecord): boolean {
  const { revokedAt, revokeReason } = key
  return (
    revokedAt !== null &&
    revokeReason === 'compromised' &&
    statusOf({ ...key, revokedAt: null }, revokedAt) === 'active'
  )
}

/** @returns why not, where it cannot be. */
async function replace(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  key: KeyRecord,
): Promise<IssuedKey | AppError | null> {
  try {
    const like = likeIt(key, domain.clock.now())
    return (await issueKey(domain, actor, organizationId, like, { once: true })).value
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code !== 'KEY_EXISTS') return error
  }
  const made = await latestReplacement(domain.database, organizationId, key.id)
  const found = made && (await domain.database.key(readReplacement(made).id))
  return found ? { key: found, secret: null } : null
}

/** What the new key is to be: all that the old one was, but its secret. */
function likeIt(key: KeyRecord, now: number): NewKey {
  const { description, environment, resources, allowedIps, rateLimit, metadata, tags, externalId, expiresAt } = key
  const grant = key.accessLevel === RESTRICTED ? { scopes: [...key.scopes] } : { accessLevel: key.accessLevel }
  const credits = key.credits && refilledAt(key.credits, now)
  return {
    ...{ description, environment, resources, allowedIps: [...allowedIps], rateLimit, metadata, tags: [...tags] },
    ...{ externalId, expiresAt },
    ...grant,
    name: `${key.name.slice(0, 86)} (replacement)`,
    credits: credits && { remaining: credits.remaining, refill: credits.refill },
    replaces: key.id,
  }
}
