import { useRef, useState } from 'react'
import { searchable } from '../../text/pasted-secret.ts'
import { Input } from '../../ui/field.tsx'
import { SearchIcon } from '../../ui/icons.tsx'
import { useShortcut } from '../../ui/use-shortcut.ts'
import { useOrganization } from '../use-organization.ts'

/** Letters that come quicker than this are asked for together. The first is asked for at once. */
const PAUSE_MS = 50

export function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { catalog, words } = useOrganization()
  const [text, setText] = useState(q)
  const [seen, setSeen] = useState(q)
  /** What was asked for from here and has not come to the address yet, in this order. */
  const [asked, setAsked] = useState<readonly string[]>([])
  const lastAt = useRef(Number.NEGATIVE_INFINITY)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const box = useRef<HTMLInputElement>(null)
  useShortcut('/', () => box.current?.focus())
  if (q !== seen) {
    setSeen(q)
    const place = asked.indexOf(q)
    setAsked(place < 0 ? [] : asked.slice(place + 1))
    // The address has changed by itself: by Back, by a link, by clearing.
    if (place < 0) setText(q)
  }
  const ask = (kept: string) => {
    lastAt.current = performance.now()
    setAsked((before) => [...before, kept])
    onSearch(kept)
  }
  const change = (typed: string) => {
    // A whole secret is cut to its public part before anything else sees it, the box itself included.
    const safe = searchable(typed, catalog)
    const kept = safe === typed.trim() ? typed : safe
    setText(kept)
    clearTimeout(timer.current)
    const wait = lastAt.current + PAUSE_MS - performance.now()
    if (wait <= 0) return ask(kept.trim())
    timer.current = setTimeout(() => {
      // Cleared meanwhile, by a link or a button.
      if (box.current?.value === kept) ask(kept.trim())
    }, wait)
  }
  return (
    <div className="relative basis-full sm:basis-72">
      <SearchIcon className="pointer-events-none absolute top-2 inset-s-2.5 size-4 text-dim" />
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
        className="pe-8 ps-8"
      />
      {text === '' && (
        <span
          aria-hidden="true"
          className="absolute top-1.5 inset-e-2 max-sm:hidden rounded border border-line px-1.5 font-mono text-dim text-xs"
        >
          /
        </span>
      )}
    </div>
  )
}
