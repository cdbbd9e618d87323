import type { ApiKey } from '@claviger/sdk'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { departedQuery, keysQuery, latestDenialsQuery, rotationDueQuery, unusedQuery } from '../../data/queries.ts'
import { paths } from '../../paths.ts'
import { counted } from '../../text/counts.ts'
import { refusedOften } from '../../text/refused-often.ts'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { RefusedOften } from './refused-often.tsx'

const LISTED = 5
const link = 'text-accent-ink underline underline-offset-3'

interface AttentionProps {
  /** A moment (ISO 8601) by which keys that expire count. */
  before: string
  /** A moment (ISO 8601) since which a key must have been used. */
  unusedSince: string
}

/** What somebody should look at soon, each with the way to it. */
export function Attention({ before, unusedSince }: AttentionProps) {
  const { id, may } = useOrganization()
  const now = useNow()
  const [expiring, due, unused, departed, denials] = useQueries({
    queries: [
      keysQuery(id, { status: ['active'], expiresBefore: before, sort: 'expiresAt', limit: 100 }),
      rotationDueQuery(id),
      unusedQuery(id),
      departedQuery(id),
      { ...latestDenialsQuery(id), enabled: may('usage:read') },
    ],
  })
  const failed = [expiring, due, unused, departed, denials].find(({ error }) => error)
  if (failed?.error) return <QueryFailure error={failed.error} onRetry={() => void failed.refetch()} />
  if (!(expiring.data && due.data && unused.data && departed.data && !denials.isLoading)) {
    return <SkeletonRows label="Loading what needs attention" rows={3} />
  }
  const left = departed.data.items.flatMap(({ keys }) => keys).length
  const refused = refusedOften(denials.data?.items ?? [], now)
  const matters = [expiring.data.items, due.data.items, unused.data.items, refused]
  const isCalm = left === 0 && matters.every(({ length }) => length === 0)
  return (
    <section aria-label="Needs attention" className="grid gap-2">
      <h2 className="font-semibold text-lg">Needs attention</h2>
      {isCalm && <p className="text-dim">Nothing: no key expires soon, is overdue for rotation, unused or unowned.</p>}
      <Matter title="Expires within two weeks" page={expiring.data}>
        <Link {...paths.keys(id)} search={{ expiresBefore: before, sort: 'expiresAt' }} className={link}>
          All of them, the next to expire first
        </Link>
      </Matter>
      <RefusedOften found={refused} />
      <Matter title="Overdue for rotation" page={due.data} />
      <Matter title="Not used for 90 days" page={unused.data}>
        <Link {...paths.keys(id)} search={{ unusedSince, sort: 'lastUsedAt' }} className={link}>
          All of them, the longest unused first
        </Link>
      </Matter>
      {left > 0 && (
        <p>
          <Link {...paths.members(id)} className={link}>
            {`${counted(left, 'key belongs', 'keys belong')} to people who have left`}
          </Link>
        </p>
      )}
    </section>
  )
}

interface MatterProps {
  title: string
  page: { items: readonly Pick<ApiKey, 'id' | 'name'>[]; nextCursor: string | null }
  children?: ReactNode
}

function Matter({ title, page: { items, nextCursor }, children }: MatterProps) {
  if (items.length === 0) return null
  return (
    <section aria-label={title} className="grid gap-1.5 rounded-lg border border-line bg-surface px-3.5 py-3">
      <h3 className="font-medium">{`${title}: ${counted(items.length, 'key', 'keys')}${nextCursor === null ? '' : ' and more'}`}</h3>
      <KeyLinks keys={items.slice(0, LISTED)} />
      {items.length > LISTED && (
        <details>
          <summary className="w-fit cursor-pointer text-dim">{`and ${items.length - LISTED} more`}</summary>
          <KeyLinks keys={items.slice(LISTED)} />
        </details>
      )}
      {children && <p>{children}</p>}
    </section>
  )
}

function KeyLinks({ keys }: { keys: readonly Pick<ApiKey, 'id' | 'name'>[] }) {
  const { id } = useOrganization()
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {keys.map((key) => (
        <li key={key.id}>
          <Link {...paths.key(id, key.id)} className={link}>
            {key.name}
          </Link>
        </li>
      ))}
    </ul>
  )
}
