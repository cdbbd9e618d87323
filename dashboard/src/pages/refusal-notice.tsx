import type { ClavigerError } from '@claviger/sdk'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'

/** What a change was refused with, where it was asked for. */
export function RefusalNotice({ error }: { error: ClavigerError | null }) {
  if (!error) return null
  return (
    <Notice tone="danger" title={error.message} live>
      {error.requestId && (
        <span className="flex flex-wrap items-center gap-1 text-sm">
          Request id <code className="min-w-0 break-all font-mono">{error.requestId}</code>
          <CopyButton text={error.requestId} label="Copy request id" compact look="quiet" />
        </span>
      )}
    </Notice>
  )
}
