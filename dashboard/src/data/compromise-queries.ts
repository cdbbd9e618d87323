import type { ApiKey, AuditEvent } from '@claviger/sdk'
import { ClavigerError } from '@claviger/sdk'
import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'
import { keyCallersQuery } from './queries.ts'

/** What the screen of a compromised key reads: all of it is there for a deleted key, too. */

/** Whoever still tries the old secret should be seen trying. */
const LIVE_MS = 5_000

export const compromiseQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['compromise', organization, key],
    queryFn: ({ signal }) => client.keys.compromise(organization, key, { signal }),
    refetchInterval: 15_000,
  })

/** Null: it is deleted. */
export const keyIfLeftQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['key-if-left', organization, key],
    queryFn: async ({ signal }): Promise<ApiKey | null> => {
      try {
        return await client.keys.get(organization, key, { signal })
      } catch (error) {
        if (error instanceof ClavigerError && error.status === 404) return null
        throw error
      }
    },
  })

export const liveCallersQuery = (organization: string, key: string) =>
  queryOptions({ ...keyCallersQuery(organization, key), refetchInterval: LIVE_MS })

/** What happened to a key since then, newest first; at most a hundred events. */
export const keyEventsSinceQuery = (organization: string, key: string, from: string) =>
  queryOptions({
    queryKey: ['key-events', organization, key, from],
    queryFn: ({ signal }) => client.keys.audit(organization, key, { from, limit: 100 }, { signal }),
  })

export const keyDenialsQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['key-denials', organization, key],
    queryFn: ({ signal }) => client.organizations.denials(organization, { key, limit: 100 }, { signal }),
    refetchInterval: LIVE_MS,
  })

/** How a key was made and changed, the oldest first: what it was can be told from that once it is deleted. */
export const keyHistoryQuery = (organization: string, key: string) =>
  queryOptions({
    queryKey: ['key-history', organization, key],
    queryFn: async ({ signal }) => {
      const events: AuditEvent[] = []
      for (const action of ['key.create', 'key.import', 'key.edit'] as const) {
        let cursor: string | null = null
        do {
          const query = { action, outcome: 'success', limit: 100, ...(cursor !== null && { cursor }) } as const
          const page: Awaited<ReturnType<typeof client.keys.audit>> = await client.keys.audit(
            organization,
            key,
            query,
            {
              signal,
            },
          )
          events.push(...page.items)
          cursor = page.nextCursor
        } while (cursor !== null)
      }
      return events.sort((a, b) => (a.at < b.at ? -1 : 1))
    },
  })
