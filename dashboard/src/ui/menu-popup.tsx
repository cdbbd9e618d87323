import { Menu as Parts } from '@base-ui/react/menu'
import { type FocusEvent, Fragment, type RefObject, useRef, useState } from 'react'
import type { MenuEntry } from './menu-entry.ts'

interface MenuPopupProps {
  label: string
  button: RefObject<HTMLButtonElement | null>
  entries: readonly MenuEntry[]
  align: 'start' | 'end'
  /** Focus is on the first entry, and not on the list as a whole. */
  startsAtFirst: boolean
  onClose: () => void
}

/** The list of a menu while it is open; focus goes back to its button. */
export function MenuPopup({ label, button, entries, align, startsAtFirst, onClose }: MenuPopupProps) {
  const goesToFirst = useRef(startsAtFirst)
  // In the part of the page that its button is in: whoever goes by landmarks finds it in one.
  const [place] = useState(() => button.current?.closest<HTMLElement>('main, header'))
  const onFocus = ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
    if (!goesToFirst.current || target !== currentTarget) return
    goesToFirst.current = false
    currentTarget.querySelector<HTMLElement>('[role=menuitem]')?.focus()
  }
  return (
    <Parts.Root
      open
      onOpenChange={(open, { event }) => {
        // The button closes it by itself; closed here as well, its own click would open it again.
        if (!open && !(event.target instanceof Node && button.current?.contains(event.target))) onClose()
      }}
    >
      <Parts.Portal container={place} className="contents">
        <Parts.Positioner anchor={button} align={align} sideOffset={4} className="z-40 outline-none">
          <Parts.Popup
            aria-label={label}
            // Gone with its row, it is for the table to say where focus goes.
            finalFocus={() => button.current ?? undefined}
            onFocus={onFocus}
            className="min-w-44 max-w-72 rounded-lg border border-line bg-surface p-1 shadow-float outline-none"
          >
            {entries.map(({ label: text, onChoose, danger = false, blocked = null, apart = false }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: entries are given anew, whole and in order.
              <Fragment key={at}>
                {apart && <Parts.Separator className="-mx-1 my-1 h-px bg-line" />}
                <Parts.Item
                  disabled={blocked !== null}
                  onClick={onChoose}
                  className={`block min-h-7 cursor-default select-none rounded-md px-2.5 py-1 outline-none data-highlighted:bg-sunken ${danger && blocked === null ? 'text-danger' : 'text-ink'} data-disabled:text-dim`}
                >
                  {text}
                  {blocked !== null && <span className="block text-sm">{blocked}</span>}
                </Parts.Item>
              </Fragment>
            ))}
          </Parts.Popup>
        </Parts.Positioner>
      </Parts.Portal>
    </Parts.Root>
  )
}
