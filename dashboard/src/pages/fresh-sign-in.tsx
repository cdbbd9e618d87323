import { lazy, Suspense, useEffect, useState } from 'react'
import { askForProofBy } from '../data/fresh-sign-in.ts'

const ConfirmDialog = lazy(async () => ({ default: (await import('./confirm-dialog.tsx')).ConfirmDialog }))

/** Where a change wants a fresh sign-in: a screen that was left open is not enough for it. */
export function FreshSignIn() {
  const [settle, setSettle] = useState<((done: boolean) => void) | null>(null)
  useEffect(() => {
    askForProofBy(() => new Promise((resolve) => setSettle(() => resolve)))
    return () => askForProofBy(async () => false)
  }, [])
  if (!settle) return null
  const end = (done: boolean) => {
    settle(done)
    setSettle(null)
  }
  return (
    <Suspense fallback={null}>
      <ConfirmDialog onEnd={end} />
    </Suspense>
  )
}
