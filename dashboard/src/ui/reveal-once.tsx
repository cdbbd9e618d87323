import { AlertDialog } from '@base-ui/react/alert-dialog'
import { type ReactNode, useRef } from 'react'
import { CopyButton } from './copy-button.tsx'
import { KeyIcon } from './icons.tsx'

interface RevealOnceProps {
  title: string
  /** Whose secret it is. */
  name: string
  secret: string
  /** Stands beside the secret, where nobody misses it. */
  warning: ReactNode
  children?: ReactNode
  /** The one way out. */
  action: ReactNode
  /** Somebody pressed Escape. */
  onLeave: () => void
}

/**
 * The one sight of a secret. It looks like nothing else here, and neither a click beside it nor Escape closes it:
 * whoever renders it decides when it goes.
 */
export function RevealOnce({ title, name, secret, warning, children, action, onLeave }: RevealOnceProps) {
  const secretRef = useRef<HTMLTextAreaElement>(null)
  return (
    <AlertDialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onLeave()
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(0_0_0/60%)]" />
        {/* Where it is narrow, what is told at the bottom must not lie on the one way out. */}
        <AlertDialog.Viewport className="fixed inset-0 z-50 grid items-start justify-items-center overflow-y-auto p-3 pt-[6vh] max-sm:pb-28">
          <AlertDialog.Popup
            data-modal
            initialFocus={secretRef}
            className="w-full max-w-2xl overflow-hidden rounded-xl border-2 border-ink bg-surface shadow-float outline-none"
          >
            <div className="flex items-center gap-2.5 bg-ink px-5 py-3 text-bg">
              <KeyIcon className="size-5" />
              <AlertDialog.Title className="font-semibold text-lg">{title}</AlertDialog.Title>
              <span className="ms-auto min-w-0 truncate font-mono text-sm opacity-80">
                <bdi>{name}</bdi>
              </span>
            </div>
            <div className="grid grid-cols-[minmax(0,1fr)] gap-5 p-5">
              <div className="grid gap-2">
                <div className="flex flex-wrap items-stretch gap-2">
                  <textarea
                    ref={secretRef}
                    readOnly
                    rows={1}
                    dir="ltr"
                    spellCheck={false}
                    value={secret}
                    aria-label={title}
                    onFocus={(event) => event.target.select()}
                    className="field-sizing-content min-w-0 flex-1 basis-72 resize-none break-all rounded-md border border-line bg-sunken px-3 py-2 font-mono leading-6"
                  />
                  <CopyButton text={secret} label="Copy secret" look="primary" />
                </div>
                <AlertDialog.Description className="font-medium text-warn">{warning}</AlertDialog.Description>
              </div>
              {children}
              <div className="flex justify-end">{action}</div>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
