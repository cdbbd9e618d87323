import { ClavigerError } from '@claviger/sdk'
import type { ReactNode } from 'react'
import { isInvalid } from '../data/query-client.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'

interface QueryFailureProps {
  error: Error
  onRetry: () => void
  /** What leads on where what was asked for is itself at fault, and another try cannot help. */
  wayOut?: ReactNode
}

/** Where a part of a screen could not be loaded: why, the request id, and another try. */
export function QueryFailure({ error, onRetry, wayOut }: QueryFailureProps) {
  const requestId = error instanceof ClavigerError ? error.requestId : null
  return (
    <Notice
      tone="danger"
      title="This could not be loaded"
      live
      actions={
        <>
          {wayOut !== undefined && isInvalid(error) ? wayOut : <Button onClick={onRetry}>Try again</Button>}
          {requestId && <CopyButton text={requestId} label="Copy request id" look="quiet" />}
        </>
      }
    >
      {error.message}
      {requestId && (
        <span className="block text-sm">
          Request id <code className="font-mono text-ink">{requestId}</code>
        </span>
      )}
    </Notice>
  )
}
