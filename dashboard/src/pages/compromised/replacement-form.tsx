import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useKeptPage } from '../../data/kept-page.ts'
import { useOnce } from '../../data/use-once.ts'
import { useSecretChange } from '../../data/use-secret-change.ts'
import { type DraftedKey, draftOf, type KeyDraft, toCreateRequest } from '../../forms/key-draft.ts'
import { KeyForm } from '../../forms/key-form.tsx'
import { tellReceipt } from '../../text/receipts.ts'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { tellLostSecret } from '../secret/lost-secret.ts'
import { useReveal } from '../secret/reveal-context.ts'
import '../secret/secret-panel.tsx'
import { useGranting } from '../use-granting.ts'
import { useOrganization } from '../use-organization.ts'

interface ReplacementFormProps {
  /** Id of the key that is replaced. */
  replaces: string
  former: DraftedKey
  onClose: () => void
}

/** The form of a new key, filled in with what the old one was. */
export function ReplacementForm({ replaces, former, onClose }: ReplacementFormProps) {
  useKeptPage()
  const { id, catalog, words } = useOrganization()
  const granting = useGranting()
  const reveal = useReveal()
  const [start] = useState(() => ({ ...draftOf(former), name: `${former.name.slice(0, 86)} (replacement)` }))
  const make = useOnce(
    (draft: KeyDraft) => ({ ...toCreateRequest(draft, Date.now()), replaces }),
    (request, options) => client.keys.create(id, request, options),
  )
  const create = useSecretChange(make, ({ key, secret, sampleRequest, receipt }) => {
    onClose()
    if (secret === null) return tellLostSecret(key, words)
    tellDone(tellReceipt('Created', receipt), key.name)
    reveal({ apiKey: key, secret, sampleRequest, reason: 'created' })
  })
  const { faults, isFieldFault } = faultsOf(create.error)
  return (
    <KeyForm
      start={start}
      catalog={catalog}
      granting={granting}
      words={{ ...words, submit: words.create }}
      faults={faults}
      failure={isFieldFault ? null : <RefusalNotice error={create.error} />}
      busy={create.busy}
      onSubmit={(draft) => void create.run(draft)}
      onCancel={onClose}
    />
  )
}
