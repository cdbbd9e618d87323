import { covers, isGrant, type Product, STATUSES, type Status } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import { unknownScope } from './grants.ts'
import type { KeyListRequest, KeySort, Place } from './key-query.ts'
import type { Clock, Reads } from './ports.ts'
import type { KeyRecord } from './records.ts'
import { notFound } from './refusals.ts'

export interface KeyPage {
  keys: KeyRecord[]
  /** Of all keys that match the filter, its statuses aside. */
  counts: Record<Status, number>
}

/** @throws AppError `NOT_FOUND`, `UNKNOWN_SCOPE`. */
export async function listKeys(
  { database, clock, product }: { database: Reads; clock: Clock; product: Product },
  actor: Pick<Actor, 'boundTo'>,
  request: Omit<KeyListRequest, 'now'>,
): Promise<KeyPage> {
  const { organizationId, filter } = request
  requireReach(actor, organizationId)
  const { scope } = filter
  if (scope !== undefined && !(isGrant(scope) && product.scopes.some(({ id }) => covers([scope], id)))) {
    throw unknownScope([scope])
  }
  if (!(await database.organization(organizationId))) throw notFound('organization')
  const now = clock.now()
  const keys = await database.keysOf({ ...request, now })
  const counted = await database.countKeys(organizationId, filter, now)
  const counts = Object.fromEntries(STATUSES.map((status) => [status, counted[status] ?? 0]))
  return { keys, counts: counts as Record<Status, number> }
}

/** What a key is sorted by: where the page after it begins. */
export function placeOf(key: KeyRecord, sort: KeySort): Place {
  return { value: key[sort], id: key.id }
}
