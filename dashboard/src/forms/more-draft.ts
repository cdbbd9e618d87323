import { parseIpRange } from '@claviger/core'
import type { ApiKey, CreateKeyRequest, EditKeyRequest } from '@claviger/sdk'
import { metadataLines, readMetadata } from './metadata-lines.ts'
import { isSame, linesOf, wholeNumber } from './typed.ts'

/** What few keys have, as it stands in the form: every part is what was typed, and empty where there is none. */
export interface MoreDraft {
  /** One a line. */
  allowedIps: string
  /** Requests in a window, and the window's length. */
  limit: string
  windowSeconds: string
  credits: string
  refillInterval: '' | 'day' | 'month'
  refillAmount: string
  /** One a line. */
  tags: string
  /** `name = value`, one a line. */
  metadata: string
  externalId: string
}

export type MoreFaults = Partial<Record<keyof MoreDraft, string>>

export const NOTHING_MORE: MoreDraft = {
  allowedIps: '',
  limit: '',
  windowSeconds: '',
  credits: '',
  refillInterval: '',
  refillAmount: '',
  tags: '',
  metadata: '',
  externalId: '',
}

const MOST = { limit: 1_000_000_000, windowSeconds: 31 * 24 * 60 * 60, credits: 1_000_000_000_000 }
const MOST_ADDRESSES = 100
const MOST_TAGS = 50
const LONGEST_TAG = 64

export type MoreOfKey = Pick<ApiKey, 'allowedIps' | 'rateLimit' | 'credits' | 'tags' | 'metadata' | 'externalId'>

export function moreOf(key: MoreOfKey): MoreDraft {
  return {
    allowedIps: key.allowedIps.join('\n'),
    limit: String(key.rateLimit?.limit ?? ''),
    windowSeconds: String(key.rateLimit?.windowSeconds ?? ''),
    credits: String(key.credits?.remaining ?? ''),
    refillInterval: key.credits?.refill?.interval ?? '',
    refillAmount: String(key.credits?.refill?.amount ?? ''),
    tags: key.tags.join('\n'),
    metadata: metadataLines(key.metadata),
    externalId: key.externalId ?? '',
  }
}

export function hasMore(draft: MoreDraft): boolean {
  return Object.keys(NOTHING_MORE).some((name) => draft[name as keyof MoreDraft] !== '')
}

export function moreFaults(draft: MoreDraft): MoreFaults {
  const faults: MoreFaults = {
    ...addressFault(draft),
    ...limitFaults(draft),
    ...creditFaults(draft),
    ...tagFault(draft),
  }
  const metadata = readMetadata(draft.metadata)
  if ('fault' in metadata) faults.metadata = metadata.fault
  return faults
}

function addressFault({ allowedIps }: MoreDraft): MoreFaults {
  const ranges = linesOf(allowedIps)
  const wrong = ranges.find((range) => parseIpRange(range) === null)
  if (wrong !== undefined) {
    return { allowedIps: `“${wrong}” is no address and no range. Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.` }
  }
  return ranges.length > MOST_ADDRESSES ? { allowedIps: `No more than ${MOST_ADDRESSES}; ranges hold many.` } : {}
}

/** Both numbers or none. */
function limitFaults({ limit, windowSeconds }: MoreDraft): MoreFaults {
  if (limit.trim() === '' && windowSeconds.trim() === '') return {}
  return {
    ...(wholeNumber(limit, 1, MOST.limit) === null && { limit: numberWanted(1, MOST.limit) }),
    ...(wholeNumber(windowSeconds, 1, MOST.windowSeconds) === null && {
      windowSeconds: `${numberWanted(1, MOST.windowSeconds)} That is 31 days.`,
    }),
  }
}

function creditFaults({ credits, refillInterval, refillAmount }: MoreDraft): MoreFaults {
  if (credits.trim() === '' && refillInterval === '') return {}
  return {
    ...(wholeNumber(credits, 0, MOST.credits) === null && { credits: numberWanted(0, MOST.credits) }),
    ...(refillInterval !== '' &&
      wholeNumber(refillAmount, 1, MOST.credits) === null && { refillAmount: numberWanted(1, MOST.credits) }),
  }
}

function tagFault({ tags }: MoreDraft): MoreFaults {
  const read = linesOf(tags)
  if (read.length > MOST_TAGS) return { tags: `No more than ${MOST_TAGS}.` }
  const long = read.find((tag) => tag.length > LONGEST_TAG)
  return long === undefined ? {} : { tags: `“${long.slice(0, 20)}…” has more than ${LONGEST_TAG} characters.` }
}

function numberWanted(least: number, most: number): string {
  return `A whole number from ${least} to ${most.toLocaleString('en')}, in digits alone.`
}

/** @param draft without faults. */
export function createMore(draft: MoreDraft): Partial<CreateKeyRequest> {
  const { allowedIps, rateLimit, credits, tags, metadata, externalId } = readMore(draft)
  return {
    ...(allowedIps.length > 0 && { allowedIps }),
    ...(rateLimit && { rateLimit }),
    ...(credits && { credits }),
    ...(tags.length > 0 && { tags }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(externalId !== null && { externalId }),
  }
}

/**
 * Only what is another now. Of credits above all: those that a key spends while somebody edits it are not given back.
 * @param draft without faults.
 */
export function editMore(draft: MoreDraft, key: ApiKey): EditKeyRequest {
  const before = moreOf(key)
  const { allowedIps, rateLimit, credits, tags, metadata, externalId } = readMore(draft)
  const patch: EditKeyRequest = {}
  if (!isSame(allowedIps, key.allowedIps)) patch.allowedIps = allowedIps.length === 0 ? null : allowedIps
  if (draft.limit.trim() !== before.limit || draft.windowSeconds.trim() !== before.windowSeconds) {
    patch.rateLimit = rateLimit
  }
  const refills =
    draft.refillInterval !== before.refillInterval ||
    (draft.refillInterval !== '' && draft.refillAmount.trim() !== before.refillAmount)
  const remains = draft.credits.trim() !== before.credits
  if (credits === null) {
    if (key.credits !== null) patch.credits = null
  } else if (remains || refills) {
    patch.credits = { ...(remains && { remaining: credits.remaining }), ...(refills && { refill: credits.refill }) }
  }
  if (draft.tags !== before.tags && !isSame(tags, key.tags)) patch.tags = tags.length === 0 ? null : tags
  if (draft.metadata !== before.metadata && metadataLines(metadata) !== before.metadata) {
    patch.metadata = Object.keys(metadata).length === 0 ? null : metadata
  }
  if (draft.externalId !== before.externalId && externalId !== key.externalId) patch.externalId = externalId
  return patch
}

function readMore(draft: MoreDraft) {
  const limit = wholeNumber(draft.limit, 1, MOST.limit)
  const windowSeconds = wholeNumber(draft.windowSeconds, 1, MOST.windowSeconds)
  const remaining = wholeNumber(draft.credits, 0, MOST.credits)
  const amount = wholeNumber(draft.refillAmount, 1, MOST.credits)
  const interval = draft.refillInterval
  const metadata = readMetadata(draft.metadata)
  return {
    allowedIps: linesOf(draft.allowedIps),
    rateLimit: limit === null || windowSeconds === null ? null : { limit, windowSeconds },
    credits:
      remaining === null
        ? null
        : { remaining, refill: interval === '' || amount === null ? null : { amount, interval } },
    tags: linesOf(draft.tags),
    metadata: 'metadata' in metadata ? metadata.metadata : {},
    externalId: draft.externalId.trim() === '' ? null : draft.externalId.trim(),
  }
}
