import type { ApiKey } from '@claviger/sdk'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { departedQuery, keysQuery, rotationDueQuery, unusedQuery } from '../../data/queries.ts'
import { paths } from '../../paths.ts'
import { counted } from '../../text/counts.ts'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'

const LISTED = 5
const link = 'text-accent-ink underline underline-offset-3'

/** What somebody should look at soon, each with the way to it. @param before by when keys that expire count. */
export function Attention({ before }: { before: string }) {
  const { id } = useOrganization()
  const [expiring, due, unused, departed] = useQueries({
    queries: [
      keysQuery(id, { status: ['active'], expiresBefore: before, sort: 'expiresAt', limit: 100 }),
      rotationDueQuery(id),
      unusedQuery(id),
      departedQuery(id),
    ],
  })
  const failed = [expiring, due, unused, departed].find(({ error }) => error)
  if (failed?.error) return <QueryFailure error={failed.error} onRetry={() => void failed.refetch()} />
  if (!(expiring.data && due.data && unused.data && departed.data)) {
    return <SkeletonRows label="Loading what needs attention" rows={3} />
  }
  const left = departed.data.items.flatMap(({ keys }) => keys).length
  const isCalm = expiring.data.items.length + due.data.items.length + unused.data.items.length + left === 0
  return (
    <section aria-label="Needs attention" className="grid gap-2">
      <h2 className="font-semibold text-lg">Needs attention</h2>
      {isCalm && <p className="text-dim">Nothing: no key expires soon, is overdue for rotation, unused or unowned.</p>}
      <Matter title="Expires within two weeks" page={expiring.data}>
        <Link {...paths.keys(id)} search={{ sort: 'expiresAt' }} className={link}>
          All, the next to expire first
        </Link>
      </Matter>
      <Matter title="Overdue for rotation" page={due.data} />
      <Matter title="Not used for 90 days" page={unused.data}>
        <Link {...paths.keys(id)} search={{ sort: 'lastUsedAt' }} className={link}>
          All, the longest unused first
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
  const { id } = useOrganization()
  if (items.length === 0) return null
  return (
    <section aria-label={title} className="grid gap-1.5 rounded-lg border border-line bg-surface px-3.5 py-3">
      <h3 className="font-medium">{`${title}: ${counted(items.length, 'key', 'keys')}${nextCursor === null ? '' : ' and more'}`}</h3>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {items.slice(0, LISTED).map((key) => (
          <li key={key.id}>
            <Link {...paths.key(id, key.id)} className={link}>
              {key.name}
            </Link>
          </li>
        ))}
        {items.length > LISTED && <li className="text-dim">{`and ${items.length - LISTED} more`}</li>}
      </ul>
      {children && <p>{children}</p>}
    </section>
  )
}
