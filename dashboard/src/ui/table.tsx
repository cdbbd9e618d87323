import type { ComponentPropsWithRef, ReactNode } from 'react'
import { ArrowDownIcon, ArrowUpIcon } from './icons.tsx'

interface TableProps {
  /** What the rows are, for whoever does not see it. */
  label: string
  head: ReactNode
  children: ReactNode
  /** While it shows what was true before. */
  stale?: boolean
}

/**
 * A plain table. Where the screen is narrow it scrolls on its own, and can be scrolled by keyboard; where it is as
 * narrow as a phone each row becomes a card, with the names of the columns in it.
 */
export function Table({ label, head, children, stale = false }: TableProps) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard (WCAG 2.1.1).
      tabIndex={0}
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table
        aria-label={label}
        aria-busy={stale || undefined}
        className={`w-full border-collapse text-start text-sm max-sm:block ${stale ? 'opacity-60 transition-opacity delay-150' : ''}`}
      >
        <thead className="border-line border-b text-dim max-sm:sr-only">
          <tr>{head}</tr>
        </thead>
        <tbody className="max-sm:block">{children}</tbody>
      </table>
    </section>
  )
}

interface HeadProps {
  children: ReactNode
  align?: 'left' | 'right'
  /** How it is sorted by this column; left out where it cannot be. */
  sorted?: 'ascending' | 'descending' | 'none'
  onSort?: () => void
  className?: string
}

export function Head({ children, align = 'left', sorted, onSort, className = '' }: HeadProps) {
  const place = align === 'right' ? 'text-end' : 'text-start'
  if (!onSort) {
    return (
      <th scope="col" className={`whitespace-nowrap px-2 py-2 font-medium ${place} ${className}`}>
        {children}
      </th>
    )
  }
  return (
    <th scope="col" aria-sort={sorted} className={`whitespace-nowrap px-0.5 py-1 font-medium ${place} ${className}`}>
      <button
        type="button"
        onClick={onSort}
        className="inline-flex min-h-7 items-center gap-1 rounded-md px-2 hover:bg-sunken hover:text-ink"
      >
        {children}
        {sorted === 'ascending' && <ArrowUpIcon className="size-3" />}
        {sorted === 'descending' && <ArrowDownIcon className="size-3" />}
      </button>
    </th>
  )
}

export function Row({ className = '', ...rest }: ComponentPropsWithRef<'tr'>) {
  return (
    <tr
      {...rest}
      className={`group/row relative border-line border-b last:border-b-0 hover:bg-sunken max-sm:block max-sm:py-1.5 ${className}`}
    />
  )
}

interface CellProps extends ComponentPropsWithRef<'td'> {
  /** The name of its column, shown where there is no head above it. */
  label?: string
}

export function Cell({ label, className = '', children, ...rest }: CellProps) {
  return (
    <td {...rest} className={`px-2 py-2 align-top max-sm:flex max-sm:gap-3 max-sm:py-1 max-sm:text-start ${className}`}>
      {label !== undefined && (
        <span aria-hidden="true" className="w-28 shrink-0 font-sans text-dim sm:hidden">
          {label}
        </span>
      )}
      {label === undefined ? children : <div className="min-w-0">{children}</div>}
    </td>
  )
}

/** The cell that says which row this is. */
export function RowHead({ className = '', ...rest }: ComponentPropsWithRef<'th'>) {
  return (
    <th
      {...rest}
      scope="row"
      className={`px-2 py-2 text-start align-top font-normal text-base max-sm:block max-sm:max-w-none max-sm:pe-12 ${className}`}
    />
  )
}

/** The last cell, with what can be done; it stays in sight while the rest is scrolled. */
export function ActionCell({ className = '', ...rest }: ComponentPropsWithRef<'td'>) {
  return (
    <td
      {...rest}
      className={`sticky inset-e-0 bg-surface py-1 pe-1.5 ps-1 text-end align-top group-hover/row:bg-sunken max-sm:absolute max-sm:top-1 max-sm:inset-e-0 ${className}`}
    />
  )
}

/** The first cell, by which a row is chosen. */
export function ChoiceCell({ className = '', ...rest }: ComponentPropsWithRef<'td'>) {
  return <td {...rest} className={`py-2 pe-0 ps-3 align-top max-sm:float-start max-sm:me-1 ${className}`} />
}
