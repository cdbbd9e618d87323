import { Link, Outlet } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { navLink, ShellFrame } from '../shell-frame.tsx'

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
    <nav aria-label="Main" className="min-w-0 overflow-x-auto border-line border-b px-3 py-2 md:border-b-0 md:py-6">
      <ul className="flex gap-1 md:grid">
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
          <Link
            {...paths.serviceKeys()}
            activeProps={{ 'aria-current': 'page' }}
            className={`${navLink} whitespace-nowrap`}
          >
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
