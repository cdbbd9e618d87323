import { lazy, type ReactNode, Suspense, startTransition, useRef, useState } from 'react'
import { type ButtonLook, buttonStyle } from './button.tsx'
import type { MenuEntry } from './menu-entry.ts'

interface MenuProps extends ButtonLook {
  /** What it is about; once that is another, a menu that was open is closed. */
  subject?: string
  /** What the button is called, for whoever does not see it. */
  label: string
  /** What the button shows. */
  children: ReactNode
  entries: readonly MenuEntry[]
  align?: 'start' | 'end'
  className?: string
}

// A quarter of what the first screen weighs, and nobody needs it before somebody reaches for a menu.
export const loadMenu = () => import('./menu-popup.tsx')
const MenuPopup = lazy(async () => ({ default: (await loadMenu()).MenuPopup }))

/** A button that opens a list of actions. */
export function Menu({ subject = '', label, children, entries, align = 'end', className = '', ...look }: MenuProps) {
  const [opened, setOpened] = useState<{ for: string; by: 'pointer' | 'keyboard' } | null>(null)
  const isOpen = opened?.for === subject
  const button = useRef<HTMLButtonElement>(null)
  // As a transition: otherwise React shows nothing first, and what comes after nothing it holds back for 300 ms.
  const openBy = (by: 'pointer' | 'keyboard') => startTransition(() => setOpened({ for: subject, by }))
  const close = () => setOpened(null)
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        className={`${buttonStyle({ look: 'quiet', ...look })} ${className}`}
        onPointerEnter={() => void loadMenu()}
        onFocus={() => void loadMenu()}
        // A click that no pointer made comes from Enter or Space.
        onClick={({ detail }) => (isOpen ? close() : openBy(detail === 0 ? 'keyboard' : 'pointer'))}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          openBy('keyboard')
        }}
      >
        {children}
      </button>
      <Suspense fallback={null}>
        {isOpen && (
          <MenuPopup
            label={label}
            button={button}
            entries={entries}
            align={align}
            startsAtFirst={opened.by === 'keyboard'}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  )
}
