import { Dialog as Parts } from '@base-ui/react/dialog'
import { type ReactNode, type RefObject, useState } from 'react'

interface DialogProps {
  title: ReactNode
  /** One sentence on what this is about. */
  about?: ReactNode
  children?: ReactNode
  /** Buttons, the one that goes on last. */
  actions: ReactNode
  onClose: () => void
  /** False: only its own buttons close it. `by-key`: also Escape, but no press beside it. */
  dismissible?: boolean | 'by-key'
  wide?: boolean
  /** What gets focus where whatever had it before is gone. */
  returnTo?: RefObject<HTMLElement | null>
}

/** What has closed just before, like a menu, may have left focus on nothing. */
const isThere = (opener: Element | null) => opener !== document.body && opener?.isConnected === true

/** Opens where it is rendered, and gives focus back to whatever had it. */
export function Dialog({
  title,
  about,
  children,
  actions,
  onClose,
  dismissible = true,
  wide = false,
  returnTo,
}: DialogProps) {
  const [opener] = useState(() => document.activeElement)
  return (
    <Parts.Root
      open
      disablePointerDismissal={dismissible !== true}
      onOpenChange={(open) => {
        if (!open && dismissible !== false) onClose()
      }}
    >
      <Parts.Portal>
        <Parts.Backdrop className="fixed inset-0 z-40 bg-[rgb(0_0_0/45%)] transition-opacity data-starting-style:opacity-0" />
        <Parts.Viewport className="fixed inset-0 z-50 grid items-start justify-items-center overflow-y-auto p-3 pt-[8vh]">
          <Parts.Popup
            data-modal
            // Null is whatever had it. Given at all, it takes focus from what the dialog has led to, like a new secret.
            {...(returnTo && { finalFocus: () => (isThere(opener) ? null : returnTo.current) })}
            className={`grid w-full grid-cols-[minmax(0,1fr)] gap-4 rounded-xl border border-line bg-surface p-5 shadow-float outline-none transition-[opacity,translate] data-starting-style:translate-y-1 data-starting-style:opacity-0 ${wide ? 'max-w-2xl' : 'max-w-lg'}`}
          >
            <div className="grid gap-1">
              <Parts.Title className="font-semibold text-lg">{title}</Parts.Title>
              {about && <Parts.Description className="text-dim">{about}</Parts.Description>}
            </div>
            {children}
            <div className="flex flex-wrap justify-end gap-2">{actions}</div>
          </Parts.Popup>
        </Parts.Viewport>
      </Parts.Portal>
    </Parts.Root>
  )
}
