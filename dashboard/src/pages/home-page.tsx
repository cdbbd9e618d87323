import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { meQuery, organizationsQuery } from '../data/queries.ts'
import { paths } from '../paths.ts'
import { Empty } from '../ui/empty.tsx'
import { ShellFrame } from './shell-frame.tsx'
import { Waiting } from './waiting.tsx'

/** Straight to where the keys are, or the choice of where that is. */
export function HomePage() {
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: all } = useQuery({ ...organizationsQuery, enabled: me.person.operator })
  if (me.person.operator && !all) return <Waiting />
  const reachable = all?.items ?? me.memberships.map(({ organization }) => organization)
  const [only, ...more] = reachable
  if (only && more.length === 0) return <Navigate {...paths.keys(only.id)} replace />
  return (
    <ShellFrame place={<span className="truncate">All organizations</span>}>
      <h1 className="font-semibold text-xl">Organizations</h1>
      {reachable.length === 0 && (
        <Empty title="No organization yet">
          You belong to none. Ask whoever invited you, or whoever runs this deployment.
        </Empty>
      )}
      {reachable.length > 0 && (
        <ul className="grid max-w-xl divide-y divide-line rounded-lg border border-line bg-surface">
          {reachable.map(({ id, name }) => (
            <li key={id}>
              <Link {...paths.keys(id)} className="flex min-h-11 items-center px-4 hover:bg-sunken">
                {name}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </ShellFrame>
  )
}
