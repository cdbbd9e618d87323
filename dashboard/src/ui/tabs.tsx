import type { ReactNode } from 'react'

/** Links between views of one thing: each has an address, so they are links and not a widget. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="-mx-1 overflow-x-auto px-1 shadow-[inset_0_-1px_var(--line)]">
      <ul className="flex gap-4">{children}</ul>
    </nav>
  )
}

export function Tab({ children }: { children: ReactNode }) {
  return <li className="shrink-0">{children}</li>
}

/** For the link in a tab; the current one says so with `aria-current`. */
export const tabStyle =
  'flex min-h-9 items-center gap-1.5 border-transparent border-b-2 text-dim hover:text-ink aria-[current=page]:border-accent-ink aria-[current=page]:text-ink forced-colors:border-[Canvas] forced-colors:aria-[current=page]:border-[Highlight] focus-visible:-outline-offset-2'

/** How many there are, beside the name of a tab. */
export function Count({ children }: { children: number }) {
  return <span className="rounded-full bg-sunken px-1.5 text-dim text-xs">{children.toLocaleString('en')}</span>
}
