import { STATUSES, type Status } from '@claviger/core'
import type { KeyOrder, KeyQuery } from '@claviger/sdk'
import { readText } from '../address-text.ts'

/** What the list shows, as it stands in the address: it can be sent to a colleague. */
export interface KeysSearch {
  /** Left out: active keys. */
  status?: Status | 'all' | undefined
  q?: string | undefined
  environment?: string | undefined
  /** What it grants, wildcards included. */
  scope?: string | undefined
  /** A moment (ISO 8601): keys that stop working before it. */
  expiresBefore?: string | undefined
  /** A moment (ISO 8601): keys that nobody has used since. */
  unusedSince?: string | undefined
  sort?: KeyOrder | undefined
  cursor?: string | undefined
}

export const KEY_ORDERS = [
  'createdAt',
  '-createdAt',
  'name',
  '-name',
  'lastUsedAt',
  '-lastUsedAt',
  'expiresAt',
  '-expiresAt',
] as const satisfies readonly KeyOrder[]

export const PAGE_SIZE = 50

/** What an address says that nobody can mean is left out. */
export function readKeysSearch(raw: Record<string, unknown>): KeysSearch {
  const text = (name: keyof KeysSearch) => readText(raw, name)
  const moment = (name: keyof KeysSearch) => {
    const at = Date.parse(text(name) ?? '')
    return Number.isNaN(at) ? undefined : new Date(at).toISOString()
  }
  const status = text('status')
  const sort = text('sort')
  // Named in any case: what is left out the router would fill in from the address as it stands.
  return {
    status: status === 'all' || isStatus(status) ? status : undefined,
    q: text('q')?.slice(0, 200),
    environment: text('environment'),
    scope: text('scope'),
    expiresBefore: moment('expiresBefore'),
    unusedSince: moment('unusedSince'),
    sort: isOrder(sort) ? sort : undefined,
    cursor: text('cursor'),
  }
}

export const FILTERS = [
  'q',
  'environment',
  'scope',
  'expiresBefore',
  'unusedSince',
] as const satisfies readonly (keyof KeysSearch)[]

/** By name: what else an address says, the router hands on, and the server would refuse. */
export function toKeyQuery({ status = 'active', ...search }: KeysSearch): KeyQuery {
  const given = ([...FILTERS, 'sort', 'cursor'] as const).flatMap((name) =>
    search[name] === undefined ? [] : [[name, search[name]]],
  )
  return { limit: PAGE_SIZE, ...(status !== 'all' && { status: [status] }), ...Object.fromEntries(given) }
}

export type KeyFilters = { [Filter in (typeof FILTERS)[number]]?: string | undefined }

export const UNFILTERED: KeyFilters = Object.fromEntries(FILTERS.map((filter) => [filter, undefined]))

/** Whether something is left out besides keys of other statuses. */
export function isFiltered(search: KeysSearch): boolean {
  return FILTERS.some((filter) => search[filter] !== undefined)
}

function isStatus(text: string | undefined): text is Status {
  return (STATUSES as readonly (string | undefined)[]).includes(text)
}

function isOrder(text: string | undefined): text is KeyOrder {
  return (KEY_ORDERS as readonly (string | undefined)[]).includes(text)
}
