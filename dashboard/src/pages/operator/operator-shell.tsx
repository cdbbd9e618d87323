import { Link, Outlet } from '@tanstack/react-router'
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
  return (
    <nav aria-label="Main" className={navBar}>
      <ul className={navList}>
        <li>
          <Link
            {...paths.operator()}
            activeOptions={{ exact: true }}
            activeProps={{ 'aria-current': 'page' }}
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
