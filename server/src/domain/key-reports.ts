import type { Product } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import type { KeyFilter, KeyListRequest } from './key-query.ts'
import type { Clock, Domain, Reads } from './ports.ts'
import type { KeyRecord } from './records.ts'
import { notFound } from './refusals.ts'
import { DAY_MS } from './usage-records.ts'

/** Keys that somebody should look at, the oldest first. */

type Page = Pick<KeyListRequest, 'limit' | 'after'>

/** Live keys whose secret is older than the product's policy for their environment allows. @throws AppError `NOT_FOUND`. */
export async function listOverdueKeys(
  { database, clock, product }: { database: Reads; clock: Clock; product: Product },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  page: Page,
): Promise<KeyRecord[]> {
  const now = clock.now()
  const secretsOf = [
    ...product.environments.map(({ id, rotationDays }) => ({ environment: id, rotationDays })),
    { environment: null, rotationDays: product.lifecycle.rotationDays },
  ].flatMap(({ environment, rotationDays }) =>
    rotationDays === null ? [] : [{ environment, madeBy: now - rotationDays * DAY_MS }],
  )
  return list({ database }, actor, organizationId, { statuses: ['active', 'disabled'], secretsOf }, page, now)
}

/** Active keys that nobody has used for so many days, or never since they were made before that. @throws AppError `NOT_FOUND`. */
export async function listUnusedKeys(
  { database, clock, usage }: Pick<Domain, 'database' | 'clock' | 'usage'>,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  days: number,
  page: Page,
): Promise<KeyRecord[]> {
  await usage.flush()
  const now = clock.now()
  return list(
    { database },
    actor,
    organizationId,
    { statuses: ['active'], unusedSince: now - days * DAY_MS },
    page,
    now,
  )
}

async function list(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  filter: KeyFilter,
  page: Page,
  now: number,
): Promise<KeyRecord[]> {
  requireReach(actor, organizationId)
  if (!(await database.organization(organizationId))) throw notFound('organization')
  return database.keysOf({ organizationId, filter, sort: 'createdAt', descending: false, ...page, now })
}
