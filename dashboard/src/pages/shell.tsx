import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { fetchWhenIdle } from '../data/page-parts.ts'
import { meQuery, organizationsQuery } from '../data/queries.ts'
import { useLiveChanges } from '../data/use-live-changes.ts'
import { paths } from '../paths.ts'
import { ChevronDownIcon } from '../ui/icons.tsx'
import { Menu } from '../ui/menu.tsx'
import { Notice } from '../ui/notice.tsx'
import { navBar, navLink, navList, ShellFrame } from './shell-frame.tsx'
import { OrganizationContext, useOrganization, useReadOrganization } from './use-organization.ts'

/** Where most people go next, from wherever they are. */
const NEXT = [
  () => import('./keys/keys-page.tsx'),
  () => import('./key/key-layout.tsx'),
  () => import('./key/overview-page.tsx'),
]

/** What stands around every screen of an organization. */
export function Shell() {
  const read = useReadOrganization()
  useLiveChanges(read.id)
  useEffect(() => fetchWhenIdle(NEXT), [])
  return (
    <OrganizationContext value={read}>
      <ShellFrame place={<Switcher />} navigation={<Navigation />}>
        {read.organization.suspendedAt !== null && (
          <Notice tone="danger" title="This organization is suspended">
            Every request with one of its keys is refused until it is resumed.
          </Notice>
        )}
        <Outlet />
      </ShellFrame>
    </OrganizationContext>
  )
}

function Switcher() {
  const { organization } = useOrganization()
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: all } = useQuery({ ...organizationsQuery, enabled: me.person.operator })
  const navigate = useNavigate()
  const reachable = me.person.operator ? (all?.items ?? []) : me.memberships.map((one) => one.organization)
  const others = reachable.filter(({ id }) => id !== organization.id)
  return (
    <>
      <Link {...paths.overview(organization.id)} className="truncate rounded-md px-1 hover:underline">
        {organization.name}
      </Link>
      {others.length > 0 && (
        <Menu
          label="Switch organization"
          align="start"
          className="-ms-4"
          entries={others.map(({ id, name }) => ({ label: name, onChoose: () => void navigate(paths.keys(id)) }))}
        >
          <ChevronDownIcon />
        </Menu>
      )}
    </>
  )
}

function Navigation() {
  const { id, screen, may } = useOrganization()
  const above = screen.navigation.slice(0, -1)
  return (
    <nav aria-label="Main" className={navBar}>
      {above.length > 0 && <p className="px-2.5 pb-1 text-dim text-sm max-md:sr-only">{above.join(' › ')}</p>}
      <ul className={navList}>
        <li>
          <Link
            {...paths.overview(id)}
            activeOptions={{ exact: true }}
            activeProps={{ 'aria-current': 'page' }}
            className={navLink}
          >
            Overview
          </Link>
        </li>
        <li>
          <Link {...paths.keys(id)} activeProps={{ 'aria-current': 'page' }} className={navLink}>
            {screen.navigation.at(-1)}
          </Link>
        </li>
        {may('audit:read') && (
          <li>
            <Link {...paths.activity(id)} activeProps={{ 'aria-current': 'page' }} className={navLink}>
              Activity
            </Link>
          </li>
        )}
        {may('members:read') && (
          <li>
            <Link {...paths.members(id)} activeProps={{ 'aria-current': 'page' }} className={navLink}>
              Members
            </Link>
          </li>
        )}
        {may('organizations:write') && (
          <li>
            <Link {...paths.settings(id)} activeProps={{ 'aria-current': 'page' }} className={navLink}>
              Settings
            </Link>
          </li>
        )}
      </ul>
    </nav>
  )
}
