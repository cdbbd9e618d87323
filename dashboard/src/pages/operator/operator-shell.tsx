import { Link, Outlet, useMatchRoute } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { navBar, navLink, navList, ShellFrame } from '../shell-frame.tsx'

/** What stands around every screen of those who run the deployment. */
export function OperatorShell() {
  return (
    <ShellFrame place={<span className="truncate">Deployment</span>} navigation={<Navigation />}>
      <Outlet />
    </ShellFrame>
  )
}

function Navigation() {
  // What stands below it does not begin with its path.
  const isInOne = useMatchRoute()({ to: '/operator/organizations/$operated' }) !== false
  return (
    <nav aria-label="Main" className={navBar}>
      <ul className={navList}>
        <li>
          <Link
            {...paths.operator()}
            activeOptions={{ exact: true }}
            activeProps={{ 'aria-current': 'page' }}
            aria-current={isInOne ? 'page' : undefined}
            className={navLink}
          >
            Organizations
          </Link>
        </li>
        <li>
          <Link {...paths.plans()} activeProps={{ 'aria-current': 'page' }} className={navLink}>
            Plans
          </Link>
        </li>
        <li>
          <Link {...paths.serviceKeys()} activeProps={{ 'aria-current': 'page' }} className={navLink}>
            Service keys
          </Link>
        </li>
        <li>
          <Link {...paths.people()} activeProps={{ 'aria-current': 'page' }} className={navLink}>
            People
          </Link>
        </li>
      </ul>
    </nav>
  )
}
