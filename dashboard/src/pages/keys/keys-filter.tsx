import type { STATUSES } from '@claviger/core'
import type { KeyList } from '@claviger/sdk'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { paths } from '../../paths.ts'
import { searchable } from '../../text/pasted-secret.ts'
import { Input } from '../../ui/field.tsx'
import { SearchIcon } from '../../ui/icons.tsx'
import { Select } from '../../ui/select.tsx'
import { Count, Tab, Tabs, tabStyle } from '../../ui/tabs.tsx'
import { useShortcut } from '../../ui/use-shortcut.ts'
import { STATUS_LOOKS } from '../status-badge.tsx'
import { useOrganization } from '../use-organization.ts'
import type { KeysSearch } from './keys-search.ts'

interface StatusTabsProps {
  search: KeysSearch
  counts: KeyList['counts'] | undefined
}

const TAB_ORDER = ['active', 'pending', 'disabled', 'expired', 'revoked'] as const satisfies (typeof STATUSES)[number][]

/** Statuses with how many keys there are of each; one without any is left out, unless it is where keys will end up. */
export function StatusTabs({ search, counts }: StatusTabsProps) {
  const { id, screen } = useOrganization()
  const { status = 'active', cursor: _, ...rest } = search
  const total = counts && Object.values(counts).reduce((sum, count) => sum + count, 0)
  const shown = TAB_ORDER.filter(
    (each) =>
      each === 'active' ||
      each === status ||
      (counts?.[each] ?? 0) > 0 ||
      (each === 'revoked' && screen.menu.includes('revoke')),
  )
  return (
    <Tabs label="Status">
      {shown.map((each) => (
        <Tab key={each}>
          <Link
            {...paths.keys(id)}
            search={each === 'active' ? rest : { ...rest, status: each }}
            aria-current={each === status ? 'page' : undefined}
            className={tabStyle}
          >
            {STATUS_LOOKS[each].label}
            {counts && <Count>{counts[each]}</Count>}
          </Link>
        </Tab>
      ))}
      <Tab>
        <Link
          {...paths.keys(id)}
          search={{ ...rest, status: 'all' }}
          aria-current={status === 'all' ? 'page' : undefined}
          className={tabStyle}
        >
          All
          {total !== undefined && <Count>{total}</Count>}
        </Link>
      </Tab>
    </Tabs>
  )
}

interface FilterBarProps {
  search: KeysSearch
  onSearch: (change: Partial<Record<'q' | 'environment', string | undefined>>) => void
}

const PAUSE_MS = 200

export function FilterBar({ search, onSearch }: FilterBarProps) {
  const { catalog } = useOrganization()
  return (
    <search className="contents">
      <SearchBox q={search.q ?? ''} onSearch={(q) => onSearch({ q: q === '' ? undefined : q })} />
      {catalog.environments.length > 0 && (
        <Select
          aria-label="Environment"
          value={search.environment ?? ''}
          onChoose={(environment) => onSearch({ environment: environment === '' ? undefined : environment })}
          options={[
            { value: '', label: 'All environments' },
            ...catalog.environments.map(({ id, label }) => ({ value: id, label })),
          ]}
        />
      )}
    </search>
  )
}

function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { catalog, words } = useOrganization()
  const [text, setText] = useState(q)
  const [asked, setAsked] = useState(q)
  const box = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useShortcut('/', () => box.current?.focus())
  // The address has changed by itself: by Back, by a link, by clearing.
  if (q !== asked) {
    setAsked(q)
    setText(q)
  }
  const change = (typed: string) => {
    // A whole secret is cut to its public part before anything else sees it, the box itself included.
    const safe = searchable(typed, catalog)
    const kept = safe === typed.trim() ? typed : safe
    setText(kept)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      // Cleared meanwhile, by a link or a button.
      if (box.current?.value !== kept) return
      setAsked(kept.trim())
      onSearch(kept.trim())
    }, PAUSE_MS)
  }
  return (
    <div className="relative basis-full sm:basis-72">
      <SearchIcon className="pointer-events-none absolute top-2 left-2.5 size-4 text-dim" />
      <Input
        ref={box}
        type="search"
        aria-label={`Search ${words.keys} by name, prefix or description`}
        aria-keyshortcuts="/"
        value={text}
        onChange={(event) => change(event.target.value)}
        placeholder="Name, prefix, description"
        autoComplete="off"
        spellCheck={false}
        className="pr-8 pl-8"
      />
      {text === '' && (
        <span
          aria-hidden="true"
          className="absolute top-1.5 right-2 rounded border border-line px-1.5 font-mono text-dim text-xs"
        >
          /
        </span>
      )}
    </div>
  )
}
