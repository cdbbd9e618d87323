import { useSuspenseQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { meQuery, productQuery } from '../data/queries.ts'
import { paths } from '../paths.ts'
import { FreshSignIn } from './fresh-sign-in.tsx'
import { MainContext } from './main-context.ts'
import { RevealProvider } from './secret/reveal-provider.tsx'
import { Account } from './shell-account.tsx'

/** Beside the screen, or above it where there is no room beside: all of it in sight, in as many lines as it takes. */
export const navBar = 'min-w-0 border-line border-b px-3 py-2 md:border-b-0 md:py-6'
export const navList = 'flex flex-wrap gap-1 md:grid'

export const navLink =
  'flex min-h-8 items-center rounded-md px-2.5 text-dim hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink'

interface ShellFrameProps {
  /** Where one is, in the top bar. */
  place: ReactNode
  navigation?: ReactNode
  children: ReactNode
}

/** The top bar, the ways to other screens, and the screen. */
export function ShellFrame({ place, navigation, children }: ShellFrameProps) {
  const [{ data: product }, { data: me }] = useSuspenseQueries({ queries: [productQuery, meQuery] })
  return (
    <RevealProvider>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:inset-s-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      <header className="flex h-12 items-center gap-2 border-line border-b bg-surface px-4">
        <span className="truncate font-semibold">{product.name}</span>
        <span aria-hidden="true" className="text-line-strong">
          /
        </span>
        {place}
        <span className="ms-auto flex items-center gap-1">
          {me.person.operator && (
            <Link {...paths.operator()} activeProps={{ 'aria-current': 'page' }} className={navLink}>
              Operator
            </Link>
          )}
          <Account />
        </span>
      </header>
      <div className="grid w-full md:grid-cols-[12.5rem_minmax(0,1fr)]">
        {navigation}
        <main
          id="content"
          tabIndex={-1}
          className="grid w-full min-w-0 max-w-[80rem] content-start md:col-start-2 gap-5 px-4 py-6 outline-none md:px-5"
        >
          <MainContext value={true}>{children}</MainContext>
          <FreshSignIn />
        </main>
      </div>
    </RevealProvider>
  )
}
