import { useInfiniteQuery } from '@tanstack/react-query'
import { keyAuditQuery } from '../../data/queries.ts'
import { Button } from '../../ui/button.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { AuditTable } from '../audit-table.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { useKey } from './key-layout.tsx'

export function AuditPage() {
  const { id } = useOrganization()
  const key = useKey()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    keyAuditQuery(id, key.id),
  )
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading the audit log" />
  return (
    <div className="grid justify-items-start gap-3">
      <div className="w-full min-w-0">
        <AuditTable
          label={`Audit log of ${key.name}`}
          events={data.pages.flatMap(({ items }) => items)}
          withTarget={false}
        />
      </div>
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older
        </Button>
      )}
    </div>
  )
}
