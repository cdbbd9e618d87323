import type { RevokeKeyRequest } from '@claviger/sdk'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { inSentence, pastOf } from '../../text/words.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { LeakLink } from '../compromised/leak-link.tsx'
import { useOrganization } from '../use-organization.ts'
import { DangerDialog } from './danger-dialog.tsx'
import type { KeyDialogProps } from './key-dialog-props.ts'

type Reason = NonNullable<RevokeKeyRequest['reason']>

const REASONS: readonly { value: Reason; label: string }[] = [
  { value: 'other', label: 'No particular reason' },
  { value: 'unused', label: 'No longer used' },
  { value: 'superseded', label: 'Replaced by another key' },
  { value: 'compromised', label: 'Leaked or seen by somebody else' },
  { value: 'member-departed', label: 'Its owner has left' },
]

export function RevokeDialog({ apiKey, overtaken, returnTo, onClose }: KeyDialogProps) {
  const { id, words } = useOrganization()
  const [reason, setReason] = useState<Reason>('other')
  const revoke = useChange(
    () => client.keys.revoke(id, apiKey.id, { reason }),
    ({ receipt }) => {
      tellDone(tellReceipt(pastOf(words.revoke, 'Revoked'), receipt), apiKey.name)
      onClose()
    },
  )
  return (
    <DangerDialog
      apiKey={apiKey}
      verb={words.revoke}
      title={
        <>
          {words.revoke}: <bdi>{apiKey.name}</bdi>
        </>
      }
      consequence={`Every request with this ${inSentence(words.key)} is refused from the moment it is done. It cannot be undone.`}
      overtaken={overtaken}
      returnTo={returnTo}
      busy={revoke.busy}
      error={revoke.error}
      onConfirm={() => void revoke.run(undefined)}
      onClose={onClose}
    >
      <Field label="Reason" hint="Stands in the audit log.">
        {(control) => (
          <Select
            {...control}
            className="w-full"
            value={reason}
            options={REASONS}
            onChoose={(value) => setReason(value as Reason)}
          />
        )}
      </Field>
      <LeakLink keyId={apiKey.id} />
    </DangerDialog>
  )
}
