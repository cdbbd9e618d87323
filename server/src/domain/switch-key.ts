import { type Actor, requireReach } from './actor.ts'
import { applyChange, type Changed, type Intent } from './change.ts'
import { differences } from './differences.ts'
import { requireRoom } from './key-fields.ts'
import { tellOfDecision } from './key-notices.ts'
import { findKey, requireAllowed } from './keys.ts'
import type { Domain, Writes } from './ports.ts'
import type { KeyRecord } from './records.ts'
import { notFound } from './refusals.ts'
import { requireGrantable } from './role-limits.ts'

type Switch = 'disable' | 'enable' | 'approve' | 'decline'

/** What each switch does to the key; who may ask for it stands in the routes, and when it may in the lifecycle table. */
const SWITCHES: Readonly<Record<Switch, (key: KeyRecord, now: number) => Partial<KeyRecord>>> = {
  disable: (_key, now) => ({ disabledAt: now }),
  enable: () => ({ disabledAt: null }),
  approve: () => ({ pendingSince: null }),
  // A key that was declined never worked and never will.
  decline: (_key, now) => ({ pendingSince: null, revokedAt: now, revokeReason: 'other', revokeNote: 'declined' }),
}

const DECIDED = { approve: 'approved', decline: 'declined' } as const

/**
 * Disables a key until it is enabled again, or decides over one that waits for approval.
 * @throws AppError `NOT_FOUND`, the lifecycle table's code, or `KEY_LIMIT_REACHED` on enabling beyond the plan; for members
 * also as `requireGrantable`.
 */
export async function switchKey(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
  to: Switch,
): Promise<Changed<KeyRecord>> {
  requireReach(actor, organizationId)
  return applyChange(domain, actor, intentOf(to), async (writes, now, standing) => {
    const key = await findKey(writes, organizationId, keyId)
    const touched = [{ keyId, addsSecret: false }]
    if (!requireAllowed(domain, to, key, now)) return { changed: false, value: key, touched }
    if (to === 'enable' || to === 'approve') requireGrantable(domain.product, standing, key)
    if (to === 'enable') await requireRoomFor(domain, writes, key, now)
    const value: KeyRecord = { ...key, ...SWITCHES[to](key, now), updatedAt: now, version: key.version + 1 }
    await writes.updateKey(value)
    if (to === 'approve' || to === 'decline') await tellOfDecision(domain, writes, actor, value, DECIDED[to], now)
    const changes = differences(key, value, ['disabledAt', 'pendingSince', 'revokedAt'])
    const target = { type: 'key', id: keyId, name: key.name }
    return { changed: true, value, touched, audit: { organizationId, target, changes } }
  })
}

function intentOf(to: Switch): Intent {
  const decides = to === 'approve' || to === 'decline'
  return { action: `key.${to}`, scope: 'keys:write', ...(decides && { right: 'keys:approve' }) }
}

async function requireRoomFor({ product }: Domain, writes: Writes, key: KeyRecord, now: number): Promise<void> {
  const organization = await writes.organization(key.organizationId ?? '')
  if (!organization) throw notFound('organization')
  await requireRoom(product, writes, organization, now, key.id)
}
