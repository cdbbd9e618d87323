import type { Status } from '@claviger/core'

/** All conditions must hold; an absent one holds for every key. */
export interface KeyFilter {
  /** Any of these; empty: all. */
  statuses: readonly Status[]
  environment?: string
  /** Keys whose grants cover this scope, wildcards included. */
  scope?: string
  /** Id of who made the key. */
  createdBy?: string
  /** Id of the person who answers for the key. */
  owner?: string
  /** Any of these: keys of an environment (null: of none) whose secret was made at this time or before. */
  secretsOf?: readonly { environment: string | null; madeBy: number }[]
  /** A part of name, description or prefix, in whatever case; or the whole prefix of an earlier secret. */
  q?: string
  /** Milliseconds since 1970: not used since, or never used and made before. */
  unusedSince?: number
  /** Milliseconds since 1970. */
  expiresBefore?: number
}

export const KEY_SORTS = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as const
export type KeySort = (typeof KEY_SORTS)[number]

/** Where a page begins: after the key that has this value and this id. */
export interface Place {
  value: string | number | null
  id: string
}

export interface KeyListRequest {
  organizationId: string
  filter: KeyFilter
  sort: KeySort
  descending: boolean
  limit: number
  after: Place | null
  now: number
}
