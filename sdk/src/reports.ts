import type { ApiKey, DepartedOwner, DepartureDecision, DepartureResolved, Page } from '@claviger/core'
import { has } from './answer.ts'
import type { PageRequest } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type { UnusedQuery } from './wire.ts'

/** Keys that somebody should look at. One page each. */
export interface Reports {
  /** Keys whose secret is older than the policy of their environment allows, the oldest key first. */
  rotationDue(organizationId: string, page?: PageRequest, options?: CallOptions): Promise<Page<ApiKey>>
  /** Active keys that nobody has used for long, by default for 90 days, the oldest key first. */
  unused(organizationId: string, query?: UnusedQuery, options?: CallOptions): Promise<Page<ApiKey>>
  /** Live keys whose owner has left, by owner. */
  departed(organizationId: string, page?: PageRequest, options?: CallOptions): Promise<Page<DepartedOwner>>
  /** Decides what becomes of such keys, up to 100; a result for each, in their order. */
  resolveDeparted(
    organizationId: string,
    items: readonly DepartureDecision[],
    options?: CallOptions,
  ): Promise<DepartureResolved>
}

export function createReports(send: Send): Reports {
  const isPage = has('items', 'nextCursor')
  return {
    rotationDue: async (organizationId, page, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/reports/rotation-due`,
          query: { ...page },
          isAnswer: isPage,
        },
        options,
      ),

    unused: async (organizationId, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/reports/unused`,
          query: { ...query },
          isAnswer: isPage,
        },
        options,
      ),

    departed: async (organizationId, page, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/reports/departed`,
          query: { ...page },
          isAnswer: isPage,
        },
        options,
      ),

    resolveDeparted: async (organizationId, items, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/reports/departed/resolve`,
          body: { items },
          isAnswer: has('items', 'receipt'),
        },
        options,
      ),
  }
}
