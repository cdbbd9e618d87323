import type { ClavigerError } from '@claviger/sdk'
import { Link } from '@tanstack/react-router'
import { useContext } from 'react'
import { paths } from '../paths.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { MainContext } from './main-context.ts'

/** What a change was refused with, where it was asked for. */
export function RefusalNotice({ error }: { error: ClavigerError | null }) {
  const isWithin = useContext(MainContext)
  if (!error) return null
  return (
    <Notice tone="danger" title={error.message} live>
      {isWithin && error.code === 'UNAUTHORIZED' && <SignInBeside />}
      {error.requestId && (
        <span className="flex flex-wrap items-center gap-1 text-sm">
          Request id <code className="min-w-0 break-all font-mono">{error.requestId}</code>
          <CopyButton text={error.requestId} label="Copy request id" compact look="quiet" />
        </span>
      )}
    </Notice>
  )
}

/** In another tab: on the way back what is filled in here would be gone. That screen closes its tab, so never beforehand. */
function SignInBeside() {
  return (
    <p>
      <Link
        {...paths.freshSignIn()}
        search={{ at: undefined }}
        preload={false}
        target="_blank"
        className="text-accent-ink underline underline-offset-3"
      >
        Sign in in a new tab
      </Link>
      , then try again here. What you have filled in stays.
    </p>
  )
}
