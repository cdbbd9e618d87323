import { lazy, Suspense } from 'react'

// Nobody needs it for the first look at a page.
const load = () => import('./toast-list.tsx')
const List = lazy(async () => ({ default: (await load()).ToastList }))

/** Says what was done, and is read out. It stays long enough to be read. */
export function tellDone(what: string, more?: string): void {
  void load().then(({ addToast }) =>
    addToast({ title: what, type: 'done', timeout: 8_000, ...(more !== undefined && { description: more }) }),
  )
}

/** Says what could not be done; stays until it is closed. */
export function tellFailed(what: string, why: string): void {
  void load().then(({ addToast }) =>
    addToast({ title: what, description: why, type: 'failed', timeout: 0, priority: 'high' }),
  )
}

/** Where messages appear. Once, around nothing. */
export function Toasts() {
  return (
    <Suspense fallback={null}>
      <List />
    </Suspense>
  )
}
