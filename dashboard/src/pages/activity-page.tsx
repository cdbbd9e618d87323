import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../data/client.ts'
import { activityQuery, denialByRequestQuery } from '../data/queries.ts'
import { ACTIVITY_KINDS } from '../text/changes.ts'
import { denialSentence } from '../text/denials.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Input } from '../ui/field.tsx'
import { Moment } from '../ui/moment.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { type ActivitySearch, toAuditFilter } from './activity-search.ts'
import { AuditTable } from './audit-table.tsx'
import { QueryFailure } from './query-failure.tsx'
import { SaveButton } from './save-button.tsx'
import { useOrganization } from './use-organization.ts'

const route = getRouteApi('/$organization/activity')

/** Everything that was done in an organization, and what was refused to whom. */
export function ActivityPage() {
  const { id } = useOrganization()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const log = useInfiniteQuery(activityQuery(id, toAuditFilter(search)))
  const events = log.data?.pages.flatMap(({ items }) => items) ?? []
  const change = (next: ActivitySearch) => void navigate({ search: next, replace: true })
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">Activity</h1>
        <ExportLog search={search} />
      </header>
      <search className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="About"
          value={search.about ?? ''}
          onChoose={(about) => change({ ...search, about: about === '' ? undefined : about })}
          options={[
            { value: '', label: 'Everything' },
            ...ACTIVITY_KINDS.map(({ id: value, label }) => ({ value, label })),
          ]}
        />
        <Select
          aria-label="Result"
          value={search.outcome ?? ''}
          onChoose={(outcome) =>
            change({ ...search, outcome: outcome === 'success' || outcome === 'refused' ? outcome : undefined })
          }
          options={[
            { value: '', label: 'Done and refused' },
            { value: 'success', label: 'Done' },
            { value: 'refused', label: 'Refused' },
          ]}
        />
        <RequestIdBox search={search} onSearch={change} />
      </search>
      {search.request !== undefined && <DeniedRequestNotice requestId={search.request} />}
      {log.error && <QueryFailure error={log.error} onRetry={() => void log.refetch()} />}
      {log.isPending && <SkeletonRows label="Loading activity" />}
      {log.data && events.length === 0 && (
        <Empty title="Nothing of the kind" action={<Button onClick={() => change({})}>Clear filters</Button>}>
          The audit log has no such event.
        </Empty>
      )}
      {events.length > 0 && <AuditTable label="Activity" events={events} withTarget />}
      {log.hasNextPage && (
        <div>
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </>
  )
}

interface RequestIdBoxProps {
  search: ActivitySearch
  onSearch: (search: ActivitySearch) => void
}

/** Support is told a request id; here it leads to what happened. */
function RequestIdBox({ search, onSearch }: RequestIdBoxProps) {
  const [text, setText] = useState(search.request ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSearch({ ...search, request: text.trim() === '' ? undefined : text.trim() })
  }
  return (
    <form onSubmit={submit} className="flex gap-2">
      <Input
        type="search"
        aria-label="Request id"
        placeholder="Request id, req_…"
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        className="w-56 font-mono text-sm"
      />
      <Button type="submit">Find</Button>
    </form>
  )
}

/** A refused use of a key is in no audit log: it is kept beside, and found by the same id. */
function DeniedRequestNotice({ requestId }: { requestId: string }) {
  const { id } = useOrganization()
  const { data } = useQuery(denialByRequestQuery(id, requestId))
  const [denied] = data?.items ?? []
  if (!denied) return null
  return (
    <Notice tone="warn" title={denialSentence(denied.code)}>
      A use of <code className="font-mono">{denied.keyId}</code> was refused <Moment at={denied.at} />
      {denied.ip === null ? '.' : ` from ${denied.ip}.`}
    </Notice>
  )
}

function ExportLog({ search }: { search: ActivitySearch }) {
  const { id, organization } = useOrganization()
  const read = async () => {
    let text = ''
    for await (const piece of client.audit.exportText({ organizationId: id }, 'csv', toAuditFilter(search)))
      text += piece
    return text
  }
  return <SaveButton fileName={`${organization.name} activity.csv`} read={read} />
}
