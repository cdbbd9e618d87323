import { Toast } from '@base-ui/react/toast'
import { useEffect } from 'react'
import { AlertIcon, CheckIcon, CrossIcon } from './icons.tsx'

const toastManager = Toast.createToastManager()
const shown = Promise.withResolvers<void>()

/** Says it once the list is there: the library drops what it is told before. */
export async function addToast(toast: Parameters<typeof toastManager.add>[0]): Promise<void> {
  await shown.promise
  toastManager.add(toast)
}

/** The messages there are now. Each is read out when it appears. */
export function ToastList() {
  // After the effects of what it holds, and with them after the provider has begun to listen.
  useEffect(() => shown.resolve(), [])
  return (
    <Toast.Provider toastManager={toastManager}>
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-e-4 bottom-4 inset-s-4 z-[60] ms-auto grid max-w-96 gap-2 outline-none">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function List() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-lg border border-line bg-surface p-3 shadow-float transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2.5">
        <span className={`mt-[3px] ${toast.type === 'failed' ? 'text-danger' : 'text-ok'}`}>
          {toast.type === 'failed' ? <AlertIcon /> : <CheckIcon />}
        </span>
        <div className="min-w-0 flex-1">
          <Toast.Title className="font-medium" />
          <Toast.Description className="break-words text-dim text-sm" />
        </div>
        <Toast.Close aria-label="Close this message" className="-m-1 rounded-md p-1.5 text-dim hover:bg-sunken">
          <CrossIcon className="size-3.5" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
