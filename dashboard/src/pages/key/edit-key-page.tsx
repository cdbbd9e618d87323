import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useKeptPage } from '../../data/kept-page.ts'
import { refreshEverything } from '../../data/query-client.ts'
import { useChange } from '../../data/use-change.ts'
import { whyNotWiden } from '../../forms/granting.ts'
import { draftOf, type KeyDraft, toEditRequest } from '../../forms/key-draft.ts'
import { KeyForm } from '../../forms/key-form.tsx'
import { paths } from '../../paths.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button, buttonStyle } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { ONLY_LOOK, whyNot } from '../keys/key-menu.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useGranting } from '../use-granting.ts'
import { useOrganization } from '../use-organization.ts'
import { useKey } from './key-layout.tsx'

/** The secret stays as it is: what uses the key goes on working. */
export function EditKeyPage() {
  useKeptPage()
  const { id, catalog, words, may } = useOrganization()
  const granting = useGranting()
  const current = useKey()
  const navigate = useNavigate()
  // What was opened is what is edited; a change by somebody else meanwhile is told, not overwritten.
  const [key, setKey] = useState(current)
  const leave = () => void navigate(paths.key(id, key.id))
  const edit = useChange(
    async (draft: KeyDraft) => {
      const patch = toEditRequest(draft, key, Date.now())
      return Object.keys(patch).length === 0 ? null : client.keys.edit(id, key.id, patch, { ifVersion: key.version })
    },
    (answer) => {
      if (answer) tellDone(tellReceipt('Changed', answer.receipt), answer.key.name)
      leave()
    },
  )
  const { faults, isFieldFault } = faultsOf(edit.error)
  const conflict = edit.error?.code === 'VERSION_CONFLICT'
  const blocked = may('keys:write') ? whyNot('edit', key, catalog) : ONLY_LOOK
  const narrowOnly = whyNotWiden(key, catalog, granting)
  const startOver = async () => {
    await refreshEverything()
    edit.clear()
    setKey(await client.keys.get(id, key.id))
  }
  if (blocked !== null) {
    return (
      <section aria-label={words.edit} className="grid gap-4">
        <h2 className="font-semibold text-lg">{words.edit}</h2>
        <Notice
          title={blocked}
          actions={
            <Link {...paths.key(id, key.id)} className={buttonStyle()}>
              Back to the overview
            </Link>
          }
        />
      </section>
    )
  }
  return (
    <section aria-label={words.edit} className="grid gap-4">
      <h2 className="font-semibold text-lg">{words.edit}</h2>
      {narrowOnly !== null && (
        <div className="max-w-2xl">
          <Notice title="You can give this key less, and not more">{narrowOnly}</Notice>
        </div>
      )}
      <KeyForm
        key={key.version}
        start={draftOf(key)}
        catalog={catalog}
        granting={granting}
        words={{ ...words, submit: 'Save' }}
        isEdit
        faults={faults}
        failure={
          conflict ? (
            <Notice
              tone="warn"
              live
              title="Somebody has changed this key meanwhile"
              actions={<Button onClick={() => void startOver()}>Load what it is now</Button>}
            >
              Nothing was saved. What you have typed is lost when the current state is loaded.
            </Notice>
          ) : isFieldFault ? null : (
            <RefusalNotice error={edit.error} />
          )
        }
        busy={edit.busy}
        onSubmit={(draft) => void edit.run(draft)}
        onCancel={leave}
      />
    </section>
  )
}
