import {
  type ComponentPropsWithRef,
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
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
  const pale = useLasting(stale, PALE_AFTER_MS)
  const section = useRef<HTMLElement>(null)
  return (
    <section
      ref={section}
      {...useKeptFocus(section)}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard (WCAG 2.1.1).
      tabIndex={0}
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table
        aria-label={label}
        aria-busy={stale || undefined}
        className={`w-full border-collapse text-start text-sm max-sm:block ${pale ? 'opacity-60' : ''}`}
      >
        <thead className="border-line border-b text-dim max-sm:sr-only">
          <tr>{head}</tr>
        </thead>
        <tbody className="max-sm:block">{children}</tbody>
      </table>
    </section>
  )
}

/** Focus that goes with its row, and not to something else, goes to the table: from there one is soon back among rows. */
function useKeptFocus(table: RefObject<HTMLElement | null>) {
  const focused = useRef<Element>(null)
  useLayoutEffect(() => {
    if (focused.current?.isConnected !== false) return
    focused.current = null
    if (document.activeElement === document.body) table.current?.focus({ preventScroll: true })
  })
  return {
    onFocus: ({ target }: { target: Element }) => {
      focused.current = target
    },
    // Not told of what is taken away.
    onBlur: () => {
      focused.current = null
    },
  }
}

/** What takes no longer is no cause to draw everything anew. */
const PALE_AFTER_MS = 150

/** Whether something has been so for a while. Not by a transition in CSS, for which a browser draws it all at once. */
function useLasting(is: boolean, forMs: number): boolean {
  const [lasts, setLasts] = useState(false)
  useEffect(() => {
    if (!is) return
    const timer = setTimeout(() => setLasts(true), forMs)
    return () => {
      clearTimeout(timer)
      setLasts(false)
    }
  }, [is, forMs])
  return is && lasts
}

interface HeadProps {
  children: ReactNode
  align?: 'left' | 'right'
  /** How it is sorted by this column; left out where it cannot be. */
  sorted?: 'ascending' | 'descending' | 'none'
  onSort?: () => void
  /** Told when somebody points at it, by pointer or by keyboard. */
  onPoint?: () => void
  className?: string
}

/** Where there is room for it always: no column changes its width for it. */
const ARROW = 'absolute inset-e-0.5 top-2 size-3'

export function Head({ children, align = 'left', sorted, onSort, onPoint, className = '' }: HeadProps) {
  const place = align === 'right' ? 'text-end' : 'text-start'
  if (!onSort) {
    return (
      <th scope="col" className={`whitespace-nowrap px-1.5 py-2 font-medium ${place} ${className}`}>
        {children}
      </th>
    )
  }
  return (
    <th scope="col" aria-sort={sorted} className={`whitespace-nowrap py-1 font-medium ${place} ${className}`}>
      <button
        type="button"
        onClick={onSort}
        onPointerEnter={onPoint}
        onFocus={onPoint}
        className="relative min-h-7 rounded-md ps-1.5 pe-4 hover:bg-sunken hover:text-ink"
      >
        {children}
        {sorted === 'ascending' && <ArrowUpIcon className={ARROW} />}
        {sorted === 'descending' && <ArrowDownIcon className={ARROW} />}
      </button>
    </th>
  )
}

/* What these look like stands in style.css. */

export function Row({ className = '', ...rest }: ComponentPropsWithRef<'tr'>) {
  return <tr {...rest} className={`row ${className}`} />
}

/** For rows of one line, of two, and of two unless there is much room. */
const ROOM = {
  low: 'h-[calc(var(--rows)*2.6rem)]',
  high: 'h-[calc(var(--rows)*3.7rem)]',
  either: 'h-[calc(var(--rows)*3.7rem)] 2xl:h-[calc(var(--rows)*2.6rem)]',
} as const

/** Room for rows that come in a moment: whoever was further down, and comes back, is there again. */
export function RowsToCome({ number, rows = 'low' }: { number: number; rows?: keyof typeof ROOM }) {
  if (number === 0) return null
  const style: CSSProperties & { '--rows': number } = { '--rows': number }
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus.
    <tr aria-hidden="true" style={style} className="max-sm:block">
      <td className={`max-sm:block max-sm:h-[calc(var(--rows)*19rem)] ${ROOM[rows]}`} />
    </tr>
  )
}

interface CellProps extends ComponentPropsWithRef<'td'> {
  /** The name of its column, shown where there is no head above it. */
  label?: string
}

/** @param children with a label one element or one text: beside the label there is room for one. */
export function Cell({ label, className = '', ...rest }: CellProps) {
  return <td {...rest} data-label={label} className={`cell ${className}`} />
}

/** The cell that says which row this is. */
export function RowHead({ className = '', ...rest }: ComponentPropsWithRef<'th'>) {
  return <th {...rest} scope="row" className={`row-head ${className}`} />
}

/** The last cell, with what can be done; it stays in sight while the rest is scrolled. */
export function ActionCell({ className = '', ...rest }: ComponentPropsWithRef<'td'>) {
  return <td {...rest} className={`action-cell ${className}`} />
}

/** The first cell, by which a row is chosen. */
export function ChoiceCell({ className = '', ...rest }: ComponentPropsWithRef<'td'>) {
  return <td {...rest} className={`choice-cell ${className}`} />
}
