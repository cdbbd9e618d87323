import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { keysQuery, organizationUsageQuery } from '../../data/queries.ts'
import { paths } from '../../paths.ts'
import { acceptedIn, counted, deniedIn } from '../../text/counts.ts'
import { DAY_MS, utcDayOf } from '../../text/times.ts'
import { Bars } from '../../ui/bars.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { type STATUS_LOOKS, StatusBadge } from '../status-badge.tsx'
import { useOrganization } from '../use-organization.ts'
import { Attention } from './attention.tsx'

const ORDER = ['active', 'pending', 'disabled', 'expired', 'revoked'] as const satisfies (keyof typeof STATUS_LOOKS)[]

export function OrganizationOverviewPage() {
  const { may } = useOrganization()
  // From a whole day, so that the questions stay the same while the page is open.
  const [tomorrow] = useState(() => Math.ceil(Date.now() / DAY_MS) * DAY_MS)
  return (
    <>
      <h1 className="font-semibold text-xl">Overview</h1>
      <KeysByStatus />
      <Attention
        before={new Date(tomorrow + 13 * DAY_MS).toISOString()}
        unusedSince={new Date(tomorrow - 91 * DAY_MS).toISOString()}
      />
      {may('usage:read') && <Requests tomorrow={tomorrow} />}
    </>
  )
}

function KeysByStatus() {
  const { id, words } = useOrganization()
  const { data, error, refetch } = useQuery(keysQuery(id, { limit: 1 }))
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  return (
    <section aria-label={`${words.keys} by status`}>
      <ul className="flex flex-wrap gap-2">
        {ORDER.map((status) => (
          <li key={status}>
            <Link
              {...paths.keys(id)}
              search={status === 'active' ? {} : { status }}
              className="grid min-w-28 gap-1 rounded-lg border border-line bg-surface px-3.5 py-2.5 hover:bg-sunken"
            >
              <span className="font-semibold text-xl">{data ? data.counts[status].toLocaleString('en') : '–'}</span>
              <span>
                <StatusBadge status={status} idle={data?.counts[status] === 0} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Requests({ tomorrow }: { tomorrow: number }) {
  const { id } = useOrganization()
  const { data, error, refetch } = useQuery(
    organizationUsageQuery(id, {
      from: new Date(tomorrow - 7 * DAY_MS).toISOString(),
      to: new Date(tomorrow).toISOString(),
      bucket: 'day',
    }),
  )
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading usage" rows={3} />
  const said = `${counted(acceptedIn(data.totals), 'request', 'requests')} accepted, ${deniedIn(data.totals).toLocaleString('en')} refused`
  return (
    <section aria-label="Requests" className="grid gap-2">
      <h2 className="font-semibold text-lg">Requests over seven days</h2>
      <p>{said}</p>
      <Bars
        label={said}
        bars={data.items.map(({ start, counts }) => ({
          start: utcDayOf(start),
          label: `${utcDayOf(start)}: ${acceptedIn(counts)} accepted, ${deniedIn(counts)} refused`,
          parts: [
            { value: acceptedIn(counts), tone: 'accent' },
            { value: deniedIn(counts), tone: 'danger' },
          ],
        }))}
      />
    </section>
  )
}
