import type { Organization } from '@claviger/sdk'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { AskDialog } from './ask-dialog.tsx'

/** Stops all keys of an organization at once, or lets them work again. */
export function Suspension({ organization: { id, name, suspendedAt } }: { organization: Organization }) {
  const [asking, setAsking] = useState(false)
  const isSuspended = suspendedAt !== null
  return (
    <section aria-label="Suspension" className="grid gap-3 border-line border-t pt-5">
      <h2 className="font-semibold text-lg">Suspension</h2>
      {isSuspended ? (
        <Notice tone="danger" title="This organization is suspended">
          Every request with one of its keys is refused until it is resumed.
        </Notice>
      ) : (
        <p className="text-dim">While it is suspended, every request with one of its keys is refused.</p>
      )}
      <div>
        <Button onClick={() => setAsking(true)}>{isSuspended ? 'Resume…' : 'Suspend…'}</Button>
      </div>
      {asking && (
        <AskDialog
          title={`${isSuspended ? 'Resume' : 'Suspend'} ${name}?`}
          about={
            isSuspended
              ? 'Its keys work again, each as far as it did before.'
              : 'Every request with one of its keys is refused at once. Nothing is lost: resuming lets them work again.'
          }
          verb={isSuspended ? 'Resume' : 'Suspend'}
          look={isSuspended ? 'primary' : 'danger'}
          change={() => (isSuspended ? client.organizations.resume(id) : client.organizations.suspend(id))}
          onDone={({ receipt }) => tellDone(tellReceipt(isSuspended ? 'Resumed' : 'Suspended', receipt), name)}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  )
}
