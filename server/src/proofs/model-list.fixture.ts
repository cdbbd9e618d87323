import type { Listing } from './model-steps.fixture.ts'
import {
  holds,
  isInCatalogue,
  type ModelKey,
  type ModelOrganization,
  statusAt,
  type World,
} from './model-world.fixture.ts'

const STATUSES = ['revoked', 'disabled', 'expired', 'pending', 'active'] as const

export interface ExpectedList {
  /** In any order. */
  ids: string[]
  counts: Record<string, number>
}

/** The keys that a list must hold, all its pages together; null: the question itself is refused. */
export function select(
  world: World,
  organization: ModelOrganization,
  listing: Listing,
  now: number,
): ExpectedList | null {
  if (listing.scope !== undefined && !isInCatalogue(listing.scope)) return null
  const matching = world.keys.filter(
    (key) => key.organization === organization && !key.gone && matches(world, key, listing, now),
  )
  const { statuses } = listing
  return {
    ids: matching.filter((key) => statuses.length === 0 || statuses.includes(statusAt(key, now))).map(({ id }) => id),
    counts: Object.fromEntries(
      STATUSES.map((status) => [status, matching.filter((key) => statusAt(key, now) === status).length]),
    ),
  }
}

/** Everything but the status. */
function matches(world: World, key: ModelKey, listing: Listing, now: number): boolean {
  const { environment, scope, createdBy, q, unusedForMs, expiresWithinMs } = listing
  if (environment !== undefined && key.environment !== environment) return false
  if (scope !== undefined && !holds(key.scopes, scope)) return false
  if (createdBy === 'nobody' && world.me.id !== null) return false
  if (q !== undefined && ![key.name, key.description, key.live.prefix].some((text) => contains(text, q))) return false
  if (unusedForMs !== undefined && (key.lastUsedAt ?? key.createdAt) >= now - unusedForMs) return false
  if (expiresWithinMs !== undefined && (key.expiresAt === null || key.expiresAt >= now + expiresWithinMs)) return false
  return true
}

/** Letter by letter, with the case of ASCII letters aside. */
function contains(text: string | null, part: string): boolean {
  const fold = (of: string) => of.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return text !== null && fold(text).includes(fold(part))
}

const VALUES: Readonly<Record<string, (key: ModelKey) => string | number | null>> = {
  createdAt: ({ createdAt }) => createdAt,
  name: ({ name }) => name,
  lastUsedAt: ({ lastUsedAt }) => lastUsedAt,
  expiresAt: ({ expiresAt }) => expiresAt,
}

/** Whether `left` may stand before `right` in a list of this sort. Equals may stand in any order. */
export function mayPrecede(left: ModelKey, right: ModelKey, sort = '-createdAt'): boolean {
  const read = VALUES[sort.replace('-', '')]
  if (!read) throw new Error(`no such sort: ${sort}`)
  const [a, b] = [read(left), read(right)]
  if (a === null || b === null) return b === null
  const order =
    typeof a === 'string' && typeof b === 'string'
      ? Buffer.compare(Buffer.from(a), Buffer.from(b))
      : Number(a) - Number(b)
  return sort.startsWith('-') ? order >= 0 : order <= 0
}
