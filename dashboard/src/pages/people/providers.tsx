import { useQuery } from '@tanstack/react-query'
import { client } from '../../data/client.ts'
import { methodsQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { Button } from '../../ui/button.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'

/** Signing in elsewhere; nothing where there is nowhere else. */
export function Providers({ returnTo }: { returnTo: string | undefined }) {
  const { data: methods } = useQuery(methodsQuery)
  const leave = useChange(
    (provider: string) => client.people.signInAt(provider, returnTo),
    ({ url }) => window.location.assign(url),
  )
  if (!methods || methods.providers.length === 0) return null
  return (
    <div className="grid gap-3 border-line border-t pt-5">
      {methods.providers.map(({ id, label }) => (
        <Button key={id} busy={leave.busy} onClick={() => void leave.run(id)}>
          {`Sign in with ${label}`}
        </Button>
      ))}
      <RefusalNotice error={leave.error} />
    </div>
  )
}
