import type { ApiKey } from '@claviger/sdk'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'

/** A key that waits for somebody to let it pass. */
export function Approval({ apiKey }: { apiKey: ApiKey }) {
  const { id, may } = useOrganization()
  const approve = useChange(
    () => client.keys.approve(id, apiKey.id),
    ({ receipt }) => tellDone(tellReceipt('Approved', receipt), apiKey.name),
  )
  const decline = useChange(
    () => client.keys.decline(id, apiKey.id),
    ({ receipt }) => tellDone(tellReceipt('Declined and revoked', receipt), apiKey.name),
  )
  if (apiKey.status !== 'pending') return null
  return (
    <>
      <Notice
        tone="warn"
        title="This key waits for approval"
        actions={
          may('keys:approve') && (
            <>
              <Button look="primary" busy={approve.busy} onClick={() => void approve.run(undefined)}>
                Approve
              </Button>
              <Button busy={decline.busy} onClick={() => void decline.run(undefined)}>
                Decline
              </Button>
            </>
          )
        }
      >
        {`${apiKey.createdBy.name} made it. Until it is approved every request with it is refused.`}
      </Notice>
      <RefusalNotice error={approve.error ?? decline.error} />
    </>
  )
}
