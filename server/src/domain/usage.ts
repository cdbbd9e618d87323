import type { VerdictCode, VerdictCounts } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import { getOrganization } from './organizations.ts'
import type { Domain, Reads } from './ports.ts'
import { invalidField, notFound } from './refusals.ts'
import { DAY_MS, DENIALS_KEPT_MS, type DenialPage, type DenialRecord, HOUR_MS } from './usage-records.ts'

type Counting = Pick<Domain, 'database' | 'usage' | 'clock'>

export const BUCKETS = { hour: HOUR_MS, day: DAY_MS } as const
export type Bucket = keyof typeof BUCKETS

/** In one answer, of all keys together: 41 days of one by the hour, or ten of a hundred by the day. */
export const MAX_BUCKETS = 1_000
const DEFAULT_SPAN_MS = 7 * DAY_MS
/** The first moment whose day would end beyond what a time with four digits for its year can say. */
const END_OF_TIMES = Date.UTC(9999, 11, 31)

export interface UsageRequest {
  from?: number | undefined
  to?: number | undefined
  bucket: Bucket
}

interface Span {
  /** Of the first bucket. */
  from: number
  /** Of the last bucket its end. */
  to: number
  bucket: Bucket
}

interface Counted {
  /** Without a gap: a bucket without use has no counts. */
  items: { start: number; counts: VerdictCounts }[]
  totals: VerdictCounts
}

export interface UsageReport extends Span, Counted {}

export interface UsageByKeyReport extends Span {
  items: (Counted & { keyId: string })[]
}

/**
 * How often a key got which verdict. Also of a deleted key, whose old callers show here.
 * @throws AppError `VALIDATION_FAILED`, `NOT_FOUND`.
 */
export async function usageOfKey(
  parts: Counting,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
  request: UsageRequest,
): Promise<UsageReport> {
  await findSubject(parts, actor, organizationId, keyId)
  return report(parts, keyId, request)
}

/**
 * The same of many keys, in the order asked, each once, with as many statements as it takes for one. What is no key of
 * the organization is left out: a list with a key in it that is not there any more can still be shown, and nobody
 * learns whether it is there elsewhere.
 * @throws AppError `VALIDATION_FAILED`, `NOT_FOUND` for the organization.
 */
export async function usageOfKeys(
  parts: Counting,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyIds: readonly string[],
  request: UsageRequest,
): Promise<UsageByKeyReport> {
  const { database, usage, clock } = parts
  await getOrganization(parts, actor, organizationId)
  const asked = [...new Set(keyIds)]
  const span = wholeBuckets(request, clock.now(), asked.length)
  const own = await database.keysWithin(organizationId, asked)
  await usage.flush()
  const rows = await database.usageByKey([...own], span.from, span.to, BUCKETS[span.bucket])
  const found = Map.groupBy(rows, ({ keyId }) => keyId)
  const items = asked.filter((id) => own.has(id)).map((keyId) => ({ keyId, ...addUp(found.get(keyId) ?? [], span) }))
  return { ...span, items }
}

/** The sum over all keys of an organization, deleted ones included. @throws AppError `VALIDATION_FAILED`, `NOT_FOUND`. */
export async function usageOfOrganization(
  parts: Counting,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  request: UsageRequest,
): Promise<UsageReport> {
  await getOrganization(parts, actor, organizationId)
  return report(parts, organizationId, request)
}

/** What was denied lately, newest first: why a request was refused, by its id. @throws AppError `NOT_FOUND`. */
export async function listDenials(
  parts: Counting,
  actor: Pick<Actor, 'boundTo'>,
  page: Omit<DenialPage, 'since'>,
): Promise<DenialRecord[]> {
  const { database, usage, clock } = parts
  const { organizationId, keyId } = page
  await getOrganization(parts, actor, organizationId)
  if (keyId !== undefined) await findSubject(parts, actor, organizationId, keyId)
  await usage.flush()
  return database.denials({ ...page, since: clock.now() - DENIALS_KEPT_MS })
}

/**
 * A key of the organization, or what is left of it.
 * @returns the prefix of its live secret.
 * @throws AppError `NOT_FOUND`, also for another organization's key and for a service key.
 */
export async function findSubject(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
): Promise<{ prefix: string }> {
  requireReach(actor, organizationId)
  const key = await database.key(keyId)
  if (key?.catalogue === 'product' && key.organizationId === organizationId) return key
  const tombstone = key ? undefined : await database.tombstone(keyId)
  if (tombstone?.organizationId !== organizationId) throw notFound('key')
  return tombstone
}

async function report(
  { database, usage, clock }: Counting,
  subjectId: string,
  request: UsageRequest,
): Promise<UsageReport> {
  const span = wholeBuckets(request, clock.now())
  await usage.flush()
  const rows = await database.usage(subjectId, span.from, span.to, BUCKETS[span.bucket])
  return { ...span, ...addUp(rows, span) }
}

function addUp(
  rows: readonly { start: number; code: VerdictCode; count: number }[],
  { from, to, bucket }: Span,
): Counted {
  const found = new Map<number, VerdictCounts>()
  const totals: VerdictCounts = {}
  for (const { start, code, count } of rows) {
    const counts = found.get(start) ?? {}
    found.set(start, Object.assign(counts, { [code]: count }))
    totals[code] = (totals[code] ?? 0) + count
  }
  const items = Array.from({ length: (to - from) / BUCKETS[bucket] }, (_, at) => {
    const start = from + at * BUCKETS[bucket]
    return { start, counts: found.get(start) ?? {} }
  })
  return { items, totals }
}

/** Counts are kept by the hour, so a span is widened to the buckets that it touches. */
function wholeBuckets({ to, from, bucket }: UsageRequest, now: number, keys = 1): Span {
  const bucketMs = BUCKETS[bucket]
  // What happens at this very moment belongs to it.
  const end = to ?? Math.max(now, from ?? now) + 1
  const start = from ?? end - DEFAULT_SPAN_MS
  if (start >= end) throw invalidField('from', 'must be before to')
  if (start < 0) throw invalidField('from', 'must be 1970 or later')
  if (end > END_OF_TIMES) throw invalidField('to', 'must be before 9999-12-31')
  const whole = { from: Math.floor(start / bucketMs) * bucketMs, to: Math.ceil(end / bucketMs) * bucketMs }
  const buckets = (keys * (whole.to - whole.from)) / bucketMs
  if (buckets > MAX_BUCKETS) {
    const [of, fewer] = keys === 1 ? ['', ''] : [` for ${keys} keys`, ', about fewer keys']
    throw invalidField(
      'from',
      `is too far from to${of}: that would be ${buckets} buckets, and ${MAX_BUCKETS} fit one answer; ask for less${fewer}, or by the day`,
    )
  }
  return { ...whole, bucket }
}
