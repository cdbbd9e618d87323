import { type ApiKey, ClavigerError, type KeyList, type KeyOrder } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, startTransition, useCallback, useEffect, useRef, useState } from 'react'
import { fetchWhenIdle } from '../../data/page-parts.ts'
import { keysQuery } from '../../data/queries.ts'
import { queryClient } from '../../data/query-client.ts'
import { counted } from '../../text/counts.ts'
import { Button } from '../../ui/button.tsx'
import { loadMenu } from '../../ui/menu.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { ExportButton } from './export-button.tsx'
import type { KeyDeed } from './key-deeds.ts'
import { FirstPageLink, FirstUse, NoMatches } from './keys-empty.tsx'
import { FilterBar } from './keys-filter.tsx'
import { CreateLink, Headroom, KeysHeader } from './keys-header.tsx'
import { type KeysSearch, readKeysSearch, toKeyQuery, UNFILTERED } from './keys-search.ts'
import { KeysTable } from './keys-table.tsx'
import { Paging } from './paging.tsx'
import { StatusTabs } from './status-tabs.tsx'

// Not on the first screen, and there when they are wanted.
const loadKeyDialog = () => import('../key-dialogs/key-dialog.tsx')
const loadBulkRevoke = () => import('./bulk-revoke.tsx')
const KeyDialog = lazy(async () => ({ default: (await loadKeyDialog()).KeyDialog }))
const BulkRevoke = lazy(async () => ({ default: (await loadBulkRevoke()).BulkRevoke }))
const NEXT = [loadMenu, loadKeyDialog, loadBulkRevoke]

const route = getRouteApi('/$organization/keys/')
const NEWEST_FIRST: KeyOrder = '-createdAt'

type Change = { [field in keyof KeysSearch]?: KeysSearch[field] | undefined }

export function KeysPage() {
  const { id, words, screen, may } = useOrganization()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useQuery(keysQuery(id, toKeyQuery(search)))
  const everything = useQuery(keysQuery(id, { limit: 1 }))
  const [chosen, setChosen] = useState<ReadonlyMap<string, ApiKey>>(new Map())
  const [deed, setDeed] = useState<{ key: ApiKey; deed: KeyDeed } | null>(null)
  const [revoking, setRevoking] = useState<readonly ApiKey[] | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => fetchWhenIdle(NEXT), [])
  const keys = list.data?.items ?? []
  const listedBefore = useRef(0)
  useEffect(() => {
    // With its last row a table goes, and focus that was in it.
    const isLost = listedBefore.current > 0 && keys.length === 0 && document.activeElement === document.body
    if (isLost) heading.current?.focus()
    listedBefore.current = keys.length
  }, [keys.length])
  // No key grants what the catalogue does not have.
  const isNowhere = list.error instanceof ClavigerError && list.error.code === 'UNKNOWN_SCOPE'
  const total = everything.data && sumOf(everything.data.counts)

  // Chosen, and revoked elsewhere since: it says so here, or is no longer listed where all of the list is here.
  const listed = new Map(keys.map((key) => [key.id, key]))
  const isWhole = list.data?.nextCursor === null && search.cursor === undefined && !list.isPlaceholderData
  const revocable = [...chosen.values()].flatMap((before) => {
    const key = listed.get(before.id) ?? (isWhole ? null : before)
    return key === null || key.status === 'revoked' ? [] : [key]
  })

  // Another list begins on its first page. It is asked for as soon as somebody points at the way there, as of links.
  const prepare = (change: Change) => {
    const next = readKeysSearch({ ...search, cursor: undefined, ...change })
    void queryClient.prefetchQuery(keysQuery(id, toKeyQuery(next)))
    return next
  }
  const go = (change: Change) => {
    // First of all: the answer is under way while the screen changes.
    const next = prepare(change)
    setChosen(new Map())
    void navigate({ search: next, replace: true })
  }
  const choose = useCallback((picked: readonly ApiKey[], on: boolean) => {
    setChosen((before) => {
      const next = new Map(before)
      for (const key of picked) on ? next.set(key.id, key) : next.delete(key.id)
      return next
    })
  }, [])
  // As a transition: otherwise React shows nothing first, and what comes after nothing it holds back for 300 ms.
  const begin = useCallback(
    (key: ApiKey, chosenDeed: KeyDeed) => startTransition(() => setDeed({ key, deed: chosenDeed })),
    [],
  )

  if (total === 0) return <FirstUse />
  return (
    <>
      <KeysHeader heading={heading}>
        <Headroom />
        <CreateLink />
      </KeysHeader>
      <StatusTabs search={search} counts={list.data?.counts} />
      <div className="flex flex-wrap items-center gap-2">
        <FilterBar search={search} onSearch={go} />
        {revocable.length > 0 && may('keys:write') && (
          <Button look="danger" onClick={() => startTransition(() => setRevoking(revocable))}>
            {`${words.revoke}: ${counted(revocable.length, 'key', 'keys')}…`}
          </Button>
        )}
        <span className="ms-auto">
          <ExportButton search={search} />
        </span>
      </div>
      {list.error && !isNowhere && (
        <QueryFailure
          error={list.error}
          onRetry={() => void list.refetch()}
          wayOut={
            search.cursor === undefined ? (
              <Button onClick={() => go(UNFILTERED)}>Clear filters</Button>
            ) : (
              <FirstPageLink search={search} />
            )
          }
        />
      )}
      {list.isPending && <SkeletonRows label={`Loading ${words.keys}`} />}
      {(isNowhere || (list.data && keys.length === 0)) && (
        <NoMatches search={search} matches={sumOf(list.data?.counts)} onClear={() => go(UNFILTERED)} />
      )}
      {keys.length > 0 && (
        <KeysTable
          keys={keys}
          list={list.data?.query}
          stale={list.isPlaceholderData}
          sort={search.sort ?? NEWEST_FIRST}
          onSort={(sort) => go({ sort })}
          onPoint={(sort) => prepare({ sort })}
          chosen={new Set(chosen.keys())}
          onChoose={choose}
          onDeed={begin}
        />
      )}
      <footer className="flex flex-wrap items-center justify-between gap-3 text-dim text-sm">
        <p>
          {screen.columns.includes('lastUsed') &&
            `“${words.lastUsed}” is written down within seconds of the request; what you see may be up to 20 seconds old.`}
        </p>
        <Paging nextCursor={list.data?.nextCursor ?? null} search={search} />
      </footer>
      <Suspense fallback={null}>
        {deed && <KeyDialog apiKey={deed.key} deed={deed.deed} returnTo={heading} onClose={() => setDeed(null)} />}
        {revoking && (
          <BulkRevoke
            keys={revoking}
            returnTo={heading}
            onClose={(tried) => {
              setRevoking(null)
              if (tried) setChosen(new Map())
            }}
          />
        )}
      </Suspense>
    </>
  )
}

function sumOf(counts: KeyList['counts'] | undefined): number {
  return Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)
}
