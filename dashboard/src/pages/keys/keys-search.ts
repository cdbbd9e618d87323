import { STATUSES, type Status } from '@claviger/core'
import type { KeyOrder, KeyQuery } from '@claviger/sdk'

/** What the list shows, as it stands in the address: it can be sent to a colleague. */
export interface KeysSearch {
  /** Left out: active keys. */
  status?: Status | 'all' | undefined
  q?: string | undefined
  environment?: string | undefined
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
  const text = (name: string) => {
    const value = raw[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const status = text('status')
  const sort = text('sort')
  // Named in any case: what is left out the router would fill in from the address as it stands.
  return {
    status: status === 'all' || isStatus(status) ? status : undefined,
    q: text('q')?.slice(0, 200),
    environment: text('environment'),
    sort: isOrder(sort) ? sort : undefined,
    cursor: text('cursor'),
  }
}

export function toKeyQuery({ status = 'active', q, environment, sort, cursor }: KeysSearch): KeyQuery {
  return {
    limit: PAGE_SIZE,
    ...(status !== 'all' && { status: [status] }),
    ...(q !== undefined && { q }),
    ...(environment !== undefined && { environment }),
    ...(sort !== undefined && { sort }),
    ...(cursor !== undefined && { cursor }),
  }
}

/** Whether something is left out besides keys of other statuses. */
export function isFiltered({ q, environment }: KeysSearch): boolean {
  return q !== undefined || environment !== undefined
}

function isStatus(text: string | undefined): text is Status {
  return (STATUSES as readonly (string | undefined)[]).includes(text)
}

function isOrder(text: string | undefined): text is KeyOrder {
  return (KEY_ORDERS as readonly (string | undefined)[]).includes(text)
}
