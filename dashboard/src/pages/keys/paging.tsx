import { Link, useLocation } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { buttonStyle } from '../../ui/button.tsx'
import { ChevronLeftIcon, ChevronRightIcon } from '../../ui/icons.tsx'
import { useOrganization } from '../use-organization.ts'
import type { KeysSearch } from './keys-search.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Cursors of the pages before this one; the first page has none. */
    trail?: readonly (string | null)[]
  }
}

/** Pages lead forward only, as cursors do; the way back is what was walked. */
export function Paging({ nextCursor, search }: { nextCursor: string | null; search: KeysSearch }) {
  const { id } = useOrganization()
  const trail = useLocation({ select: ({ state }) => state.trail ?? [] })
  const { cursor, ...rest } = search
  if (cursor === undefined && nextCursor === null) return null
  const before = trail.at(-1)
  return (
    <nav aria-label="Pages" className="flex items-center gap-2">
      {cursor !== undefined && (
        <Link
          {...paths.keys(id)}
          search={before ? { ...rest, cursor: before } : rest}
          state={{ trail: trail.slice(0, -1) }}
          className={buttonStyle()}
        >
          <ChevronLeftIcon />
          {trail.length > 0 ? 'Previous' : 'First page'}
        </Link>
      )}
      {nextCursor !== null && (
        <Link
          {...paths.keys(id)}
          search={{ ...rest, cursor: nextCursor }}
          state={{ trail: [...trail, cursor ?? null] }}
          className={buttonStyle()}
        >
          Next
          <ChevronRightIcon />
        </Link>
      )}
    </nav>
  )
}
