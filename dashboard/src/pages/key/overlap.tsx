import type { ApiKey } from '@claviger/sdk'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { spanOf } from '../../text/times.ts'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { useNow } from '../../ui/use-now.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'

/** While two secrets of a key work: which, for how long, and the two ways to end it. */
export function Overlap({ apiKey }: { apiKey: ApiKey }) {
  const { id, may } = useOrganization()
  const now = useNow('second')
  const finish = useChange(
    () => client.keys.finishRotation(id, apiKey.id),
    ({ receipt }) => tellDone(tellReceipt('Old secret ended', receipt), apiKey.name),
  )
  const cancel = useChange(
    () => client.keys.cancelRotation(id, apiKey.id),
    ({ receipt }) => tellDone(tellReceipt('New secret dropped', receipt), apiKey.name),
  )
  const { previousSecret } = apiKey
  if (!previousSecret) return null
  const left = Date.parse(previousSecret.endsAt) - now
  return (
    <>
      <Notice
        tone="warn"
        title={left > 0 ? `The old secret works for ${spanOf(left)} more` : 'The old secret is over'}
        actions={
          may('keys:write') && (
            <>
              <Button busy={finish.busy} onClick={() => void finish.run(undefined)}>
                Finish now
              </Button>
              <Button
                look="quiet"
                busy={cancel.busy}
                onClick={() => void cancel.run(undefined)}
                className="max-sm:h-auto max-sm:min-h-8 max-sm:whitespace-normal max-sm:text-start"
              >
                Cancel: keep the old, drop the new
              </Button>
            </>
          )
        }
      >
        <span className="font-mono text-sm">{previousSecret.prefix}…</span>{' '}
        {previousSecret.lastUsedAt === null ? (
          'has not been used since the rotation.'
        ) : (
          <>
            was last used <Moment at={previousSecret.lastUsedAt} />.
          </>
        )}{' '}
        Callers shows who still uses it. The rotation finishes by itself.
      </Notice>
      <RefusalNotice error={finish.error ?? cancel.error} />
    </>
  )
}
