import {
  type ApiKey,
  type AuditFilter,
  type AuditQuery,
  ClavigerError,
  type KeyList,
  type KeyQuery,
  type UsageQuery,
} from '@claviger/sdk'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'
import { isInvalid, queryClient } from './query-client.ts'

/** What screens read. Each knows its own key, so nothing has to be spelled twice. */

export const productQuery = queryOptions({
  queryKey: ['product'],
  queryFn: ({ signal }) => client.product({ signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => client.people.me({ signal }),
  staleTime: 30_000,
})

/** Asked anew. True also where the server does not say. */
export async function isSignedIn(): Promise<boolean> {
  try {
    await queryClient.fetchQuery({ ...meQuery, staleTime: 0 })
    return true
  } catch (error) {
    return !(error instanceof ClavigerError && error.code === 'UNAUTHORIZED')
  }
}

export const methodsQuery = queryOptions({
  queryKey: ['methods'],
  queryFn: ({ signal }) => client.people.methods({ signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const mySessionsQuery = queryOptions({
  queryKey: ['my-sessions'],
  queryFn: ({ signal }) => client.people.sessions({ signal }),
})

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  // All of them are for operators only.
  queryFn: ({ signal }) => client.organizations.list({ limit: 100 }, { signal }),
})

/** Page by page, for those who run the deployment; by their own id for it at most one. */
export const operatedQuery = (externalId: string) =>
  infiniteQueryOptions({
    queryKey: ['operated', externalId],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) =>
      client.organizations.list(
        { limit: 50, ...(externalId !== '' && { externalId }), ...(pageParam !== null && { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  })

export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: ({ signal }) => client.organizations.plans({ signal }),
})

export const serviceKeysQuery = infiniteQueryOptions({
  queryKey: ['service-keys'],
  initialPageParam: null as string | null,
  queryFn: ({ signal, pageParam }) =>
    client.serviceKeys.list({ limit: 50, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
  getNextPageParam: ({ nextCursor }) => nextCursor,
})

export const accountsQuery = infiniteQueryOptions({
  queryKey: ['accounts'],
  initialPageParam: null as string | null,
  queryFn: ({ signal, pageParam }) =>
    client.accounts.list({ limit: 50, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
  getNextPageParam: ({ nextCursor }) => nextCursor,
})

export const organizationQuery = (organization: string) =>
  queryOptions({
    queryKey: ['organization', organization],
    queryFn: ({ signal }) => client.organizations.get(organization, { signal }),
  })

export const catalogQuery = (organization: string) =>
  queryOptions({
    queryKey: ['catalog', organization],
    queryFn: ({ signal }) => client.organizations.catalog(organization, { signal }),
  })

/** With what was asked for, by which one list is told from another while it stands in for that. */
export const keysQuery = (organization: string, query: KeyQuery) =>
  queryOptions({
    queryKey: ['keys', organization, query],
    queryFn: async ({ signal }) => ({ ...(await client.keys.list(organization, query, { signal })), query }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (isInvalid(state.error) ? false : 15_000),
  })

/** What a list told of it is there at once; it is asked for again where that is no longer fresh. */
export const keyQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['key', organization, key],
    queryFn: ({ signal }) => client.keys.get(organization, key, { signal }),
    initialData: () => listed(organization, key)?.key,
    initialDataUpdatedAt: () => listed(organization, key)?.at,
    refetchInterval: 15_000,
  })

/** @returns what the latest list told of a key, and when (milliseconds since 1970). */
function listed(organization: string, id: string): { key: ApiKey; at: number } | undefined {
  let latest: { key: ApiKey; at: number } | undefined
  for (const { state } of queryClient.getQueryCache().findAll({ queryKey: ['keys', organization] })) {
    const key = (state.data as KeyList | undefined)?.items.find((item) => item.id === id)
    const at = state.isInvalidated ? 0 : state.dataUpdatedAt
    if (key && (latest === undefined || at > latest.at)) latest = { key, at }
  }
  return latest
}

export const keyUsageQuery = (organization: string, key: string, query: UsageQuery) =>
  queryOptions({
    queryKey: ['key-usage', organization, key, query],
    queryFn: ({ signal }) => client.keys.usage(organization, key, query, { signal }),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })

/** The last seven days of up to a hundred keys. */
export const usageByKeyQuery = (organization: string, keys: readonly string[]) =>
  queryOptions({
    queryKey: ['usage-by-key', organization, keys],
    queryFn: ({ signal }) => client.organizations.usageByKey(organization, keys, { bucket: 'day' }, { signal }),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })

export const keyCallersQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['key-callers', organization, key],
    queryFn: ({ signal }) => client.keys.callers(organization, key, { signal }),
  })

export const keyScopesQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['key-scopes', organization, key],
    queryFn: ({ signal }) => client.keys.scopes(organization, key, { signal }),
  })

/** Asked anew each time a dialog opens: what it says decides whether something breaks. */
export const removalCheckQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['removal-check', organization, key],
    queryFn: ({ signal }) => client.keys.removalCheck(organization, key, { signal }),
    staleTime: 0,
    gcTime: 0,
  })

export const denialsQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['denials', organization, key],
    queryFn: ({ signal }) => client.organizations.denials(organization, { key, limit: 20 }, { signal }),
  })

/** The latest refused requests of all keys. */
export const latestDenialsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['denials', organization],
    queryFn: ({ signal }) => client.organizations.denials(organization, { limit: 100 }, { signal }),
  })

export const activityQuery = (organization: string, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['activity', organization, filter],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => {
      const query: AuditQuery = { ...filter, limit: 50, ...(pageParam !== null && { cursor: pageParam }) }
      return client.organizations.audit(organization, query, { signal })
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })

export const denialByRequestQuery = (organization: string, requestId: string) =>
  queryOptions({
    queryKey: ['denial', organization, requestId],
    queryFn: ({ signal }) => client.organizations.denials(organization, { requestId, limit: 1 }, { signal }),
  })

export const membersQuery = (organization: string) =>
  queryOptions({
    queryKey: ['members', organization],
    queryFn: ({ signal }) => client.members.list(organization, { limit: 100 }, { signal }),
  })

export const invitationsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['invitations', organization],
    queryFn: ({ signal }) => client.invitations.list(organization, { limit: 100 }, { signal }),
  })

/** Of a link that somebody follows; kept no longer than it is shown. */
export const invitationPreviewQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation-preview'],
    queryFn: ({ signal }) => client.invitations.preview(token, { signal }),
    gcTime: 0,
    retry: false,
  })

export const departedQuery = (organization: string) =>
  queryOptions({
    queryKey: ['departed', organization],
    queryFn: ({ signal }) => client.reports.departed(organization, { limit: 100 }, { signal }),
  })

export const rotationDueQuery = (organization: string) =>
  queryOptions({
    queryKey: ['rotation-due', organization],
    queryFn: ({ signal }) => client.reports.rotationDue(organization, { limit: 100 }, { signal }),
  })

export const unusedQuery = (organization: string) =>
  queryOptions({
    queryKey: ['unused', organization],
    queryFn: ({ signal }) => client.reports.unused(organization, { limit: 100 }, { signal }),
  })

export const organizationUsageQuery = (organization: string, query: UsageQuery) =>
  queryOptions({
    queryKey: ['usage', organization, query],
    queryFn: ({ signal }) => client.organizations.usage(organization, query, { signal }),
    staleTime: 60_000,
  })

export const keyAuditQuery = (organization: string, key: string) =>
  infiniteQueryOptions({
    queryKey: ['key-audit', organization, key],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => {
      const query: AuditQuery = { limit: 50, ...(pageParam !== null && { cursor: pageParam }) }
      return client.keys.audit(organization, key, query, { signal })
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
