import { lazy, type ReactNode, Suspense, startTransition, useRef, useState } from 'react'
import { type ButtonLook, buttonStyle } from './button.tsx'
import type { MenuEntry } from './menu-entry.ts'

interface MenuProps extends ButtonLook {
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
export function Menu({ label, children, entries, align = 'end', className = '', ...look }: MenuProps) {
  const [open, setOpen] = useState<false | 'by-pointer' | 'by-keyboard'>(false)
  const button = useRef<HTMLButtonElement>(null)
  // As a transition: otherwise React shows nothing first, and what comes after nothing it holds back for 300 ms.
  const openBy = (means: 'by-pointer' | 'by-keyboard') => startTransition(() => setOpen(means))
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open !== false}
        className={`${buttonStyle({ look: 'quiet', ...look })} ${className}`}
        onPointerEnter={() => void loadMenu()}
        onFocus={() => void loadMenu()}
        // A click that no pointer made comes from Enter or Space.
        onClick={({ detail }) => (open ? setOpen(false) : openBy(detail === 0 ? 'by-keyboard' : 'by-pointer'))}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          openBy('by-keyboard')
        }}
      >
        {children}
      </button>
      <Suspense fallback={null}>
        {open && (
          <MenuPopup
            label={label}
            button={button}
            entries={entries}
            align={align}
            startsAtFirst={open === 'by-keyboard'}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  )
}
