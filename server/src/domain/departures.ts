import { AppError } from '@claviger/core'
import { type Acting, type Actor, requireReach } from './actor.ts'
import type { AuditEntry } from './audit.ts'
import { applyChange, type Changed, type Intent, TOUCHES_NO_KEY } from './change.ts'
import { revokeIn } from './end-key.ts'
import { findKey } from './keys.ts'
import type { DepartedKeysRequest, DepartureRecord } from './people-records.ts'
import type { Clock, Domain, Reads, Touched, Writes } from './ports.ts'
import { requireFreshSignIn } from './production.ts'
import type { KeyRecord } from './records.ts'
import { notFound } from './refusals.ts'

/** Keys that outlived their owner's time in the organization, and what becomes of them. */

export interface DepartedKeys {
  departure: DepartureRecord
  keys: KeyRecord[]
}

export interface DepartedPage {
  owners: DepartedKeys[]
  /** Where the next page begins; null: this was the last. */
  next: DepartedKeysRequest['after']
}

/**
 * Live keys whose owner has left, by owner. A page holds so many keys; an owner whose keys go on there comes again on
 * the next one.
 * @throws AppError `NOT_FOUND`.
 */
export async function listDepartedKeys(
  { database, clock }: { database: Reads; clock: Clock },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  { limit, after }: Pick<DepartedKeysRequest, 'limit' | 'after'>,
): Promise<DepartedPage> {
  requireReach(actor, organizationId)
  if (!(await database.organization(organizationId))) throw notFound('organization')
  const found = await database.departedKeys({ organizationId, now: clock.now(), limit: limit + 1, after })
  const shown = found.slice(0, limit)
  const departures = await database.departures(organizationId)
  const owners = departures
    .map((departure) => ({ departure, keys: shown.filter(({ owner }) => owner?.id === departure.personId) }))
    .filter(({ keys }) => keys.length > 0)
  const last = shown.at(-1)
  return { owners, next: found.length > limit && last?.owner ? { owner: last.owner.id, key: last.id } : null }
}

/** What becomes of one key: the organization's own, somebody else's, or revoked. */
export type Decision = { key: string; decision: 'keep' | 'revoke' } | { key: string; decision: 'hand-over'; to: string }

/** What became of one item; the others do not depend on it. */
export type Decided = { key: string; error: AppError | null }

/** Decides over keys of people who have left, each for itself. */
export async function resolveDepartures(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  items: readonly Decision[],
): Promise<Changed<Decided[]>> {
  requireReach(actor, organizationId)
  const intent: Intent = { action: 'key.owner', scope: 'keys:write', right: 'members:write' }
  return applyChange<Decided[]>(domain, actor, intent, async (writes, now, standing) => {
    if (!(await writes.organization(organizationId))) throw notFound('organization')
    const value: Decided[] = []
    const audit: AuditEntry[] = []
    const touched: Touched[] = []
    for (const item of items) {
      try {
        const done = await decide(domain, writes, { actor, standing }, organizationId, item, now)
        audit.push(...done.audit)
        touched.push(...done.touched)
        value.push({ key: item.key, error: null })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        value.push({ key: item.key, error })
      }
    }
    if (audit.length === 0) return { changed: false, value, touched }
    return { changed: true, value, touched: touched.length > 0 ? touched : TOUCHES_NO_KEY, audit }
  })
}

async function decide(
  domain: Domain,
  writes: Writes,
  { actor, standing }: Acting,
  organizationId: string,
  item: Decision,
  now: number,
): Promise<{ audit: AuditEntry[]; touched: Touched[] }> {
  const key = await findKey(writes, organizationId, item.key)
  if (item.decision === 'revoke') {
    await requireDeparted(writes, key)
    requireFreshSignIn(domain.product, standing, key.environment, now)
    const outcome = await revokeIn(domain, writes, actor, key, { reason: 'member-departed' }, now)
    if (!outcome.changed) return { audit: [], touched: outcome.touched }
    return {
      audit: [outcome.audit].flat().map((entry) => ({ ...entry, action: 'key.revoke' })),
      touched: outcome.touched,
    }
  }
  const owner = item.decision === 'hand-over' ? await newOwner(writes, organizationId, item.to) : null
  if (key.owner?.id === owner?.id) return { audit: [], touched: [] }
  await requireDeparted(writes, key)
  await writes.updateKey({ ...key, owner, updatedAt: now, version: key.version + 1 })
  const target = { type: 'key', id: key.id, name: key.name }
  return { audit: [{ organizationId, target, changes: { owner: { before: key.owner, after: owner } } }], touched: [] }
}

async function newOwner(writes: Writes, organizationId: string, personId: string): Promise<KeyRecord['owner']> {
  const member = await writes.membership(organizationId, personId)
  if (!member) throw notFound('member to hand the key over to')
  return { id: member.personId, name: member.name }
}

/** What has an owner here is not for others to deal with in passing. */
async function requireDeparted(writes: Writes, { owner, organizationId }: KeyRecord): Promise<void> {
  if (owner === null || organizationId === null) return
  if (await writes.membership(organizationId, owner.id)) {
    throw new AppError('MEMBER_EXISTS', 'The owner of this key is a member: nobody has left it behind.', {
      owner: owner.id,
    })
  }
}
