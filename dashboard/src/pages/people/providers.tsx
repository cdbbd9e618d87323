import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { methodsQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { Button } from '../../ui/button.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { askProvider, rememberWay } from './leave.ts'

interface ProvidersProps {
  returnTo: string | undefined
  /** Before the buttons. */
  about?: ReactNode
}

/** Signing in elsewhere; nothing where there is nowhere else. */
export function Providers({ returnTo, about }: ProvidersProps) {
  const { data: methods } = useQuery(methodsQuery)
  const leave = useChange(
    (provider: string) => askProvider(provider, returnTo),
    ({ url }) => {
      rememberWay(returnTo)
      window.location.assign(url)
    },
  )
  if (!methods || methods.providers.length === 0) return null
  return (
    <div className="grid gap-3 border-line border-t pt-5">
      {about && <p className="text-dim">{about}</p>}
      {methods.providers.map(({ id, label }) => (
        <Button key={id} busy={leave.busy} onClick={() => void leave.run(id)}>
          {`Sign in with ${label}`}
        </Button>
      ))}
      <RefusalNotice error={leave.error} />
    </div>
  )
}
