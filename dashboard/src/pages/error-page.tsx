import { ClavigerError } from '@claviger/sdk'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useContext, useState } from 'react'
import { reloadIfReachable } from '../data/page-parts.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { MainContext } from './main-context.ts'

/** Instead of a screen that could not be shown. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const { reset: resetQueries } = useQueryErrorResetBoundary()
  const known = error instanceof ClavigerError ? error : null
  const gone = known?.status === 404
  const [isAway, setIsAway] = useState(false)
  const Place = useContext(MainContext) ? 'div' : 'main'
  const retry = async () => {
    // A part of the page that could not be had: a browser does not ask for it a second time.
    if (!known) return setIsAway(!(await reloadIfReachable()))
    resetQueries()
    reset()
    void router.invalidate()
  }
  return (
    <Place className="mx-auto w-full max-w-xl px-4 py-16">
      <section role="alert" className="grid gap-3">
        <h1 className="font-semibold text-xl">{gone ? 'There is nothing here' : 'This cannot be shown now'}</h1>
        <p className="break-words text-dim">
          {gone ? 'It was removed, or it belongs to an organization that you are not a member of.' : messageOf(error)}
        </p>
        {known?.requestId && (
          <p className="flex items-center gap-2 text-dim text-sm">
            Request id <code className="font-mono text-ink">{known.requestId}</code>
            <CopyButton text={known.requestId} label="Copy request id" compact look="quiet" />
          </p>
        )}
        <div className="mt-2 flex gap-2">
          <Button onClick={() => void retry()}>Try again</Button>
          <Button look="quiet" onClick={() => void router.navigate({ to: '/' })}>
            Go to the start
          </Button>
        </div>
        {isAway && <p className="text-dim">The server does not answer yet.</p>}
      </section>
    </Place>
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong on this page.'
}

export function NotFoundPage() {
  const router = useRouter()
  return (
    <section className="mx-auto grid max-w-xl gap-3 py-16">
      <h1 className="font-semibold text-xl">There is no such page</h1>
      <p className="text-dim">The address is not complete, or what it led to is gone.</p>
      <div className="mt-2">
        <Button onClick={() => void router.navigate({ to: '/' })}>Go to the start</Button>
      </div>
    </section>
  )
}
