import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { inSentence, pastOf } from '../../text/words.ts'
import { tellDone } from '../../ui/toast.tsx'
import { LeakLink } from '../compromised/leak-link.tsx'
import { useOrganization } from '../use-organization.ts'
import { DangerDialog } from './danger-dialog.tsx'
import type { KeyDialogProps } from './key-dialog-props.ts'

export function DeleteDialog({ apiKey, overtaken, returnTo, onClose, onDeleted }: KeyDialogProps) {
  const { id, words } = useOrganization()
  const remove = useChange(
    (inUse: boolean) => client.keys.delete(id, apiKey.id, inUse ? { confirm: 'in-use' } : undefined),
    async ({ receipt }) => {
      tellDone(tellReceipt(pastOf(words.delete, 'Deleted'), receipt), apiKey.name)
      onClose()
      await onDeleted?.()
    },
  )
  return (
    <DangerDialog
      apiKey={apiKey}
      verb={words.delete}
      title={
        <>
          {words.delete}: <bdi>{apiKey.name}</bdi>
        </>
      }
      consequence={`The ${inSentence(words.key)} is gone at once and for good; requests with it are refused. Its history stays in the audit log.`}
      overtaken={overtaken}
      returnTo={returnTo}
      busy={remove.busy}
      error={remove.error}
      onConfirm={(inUse) => void remove.run(inUse)}
      onClose={onClose}
    >
      <LeakLink keyId={apiKey.id} />
    </DangerDialog>
  )
}
