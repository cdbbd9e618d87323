import type { ApiKey } from '@claviger/sdk'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { RESTRICTED } from '../../forms/key-draft.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { grantedScopes } from '../../text/scopes.ts'
import { inSentence } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { levelLabel } from '../keys/key-columns.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'

export interface ScopesToDrop {
  drop: readonly string[]
  /** What the key keeps; never nothing. */
  rest: readonly string[]
  /** Of the key as it was seen. */
  version: number
}

export function DropScopesDialog({
  apiKey,
  drop,
  rest,
  version,
  onClose,
}: ScopesToDrop & { apiKey: ApiKey; onClose: () => void }) {
  const { id, catalog, words } = useOrganization()
  const edit = useChange(
    () => client.keys.edit(id, apiKey.id, { scopes: [...rest] }, { ifVersion: version }),
    ({ receipt }) => {
      tellDone(tellReceipt('Dropped', receipt), apiKey.name)
      onClose()
    },
  )
  const level = inSentence(words.accessLevel)
  return (
    <Dialog
      title={`Drop what is not used: ${apiKey.name}`}
      about="It counts from the very next request. The secret stays what it is, and what is dropped can be granted again."
      onClose={onClose}
      dismissible={!edit.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={edit.busy} onClick={() => void edit.run(undefined)}>
            {`Drop ${drop.length === 1 ? 'it' : `these ${drop.length}`}`}
          </Button>
        </>
      }
    >
      <Scopes heading="Dropped" scopes={drop} />
      <Scopes heading="Kept" scopes={rest} />
      {apiKey.accessLevel !== RESTRICTED && (
        <Notice title={`The ${level} becomes Restricted`}>
          {`It is ${levelLabel(apiKey, catalog)} now. What is added to that later does not reach this key any more.`}
        </Notice>
      )}
      <p className="text-dim text-sm">
        Only requests that name what they need are known here. Where a service reads from the verdict what the key may
        do, and decides for itself, ask whoever runs it first.
      </p>
      <RefusalNotice error={edit.error} />
    </Dialog>
  )
}

function Scopes({ heading, scopes }: { heading: string; scopes: readonly string[] }) {
  const { catalog } = useOrganization()
  return (
    <section className="grid gap-1" aria-label={heading}>
      <h3 className="font-medium">{heading}</h3>
      <ul className="grid gap-1">
        {scopes.map((scope) => (
          <li key={scope} className="break-words">
            <code className="rounded-md bg-sunken px-1.5 py-0.5 font-mono text-sm">{scope}</code>{' '}
            <span className="text-dim">
              {grantedScopes([scope], catalog)
                .map(({ description }) => description)
                .join('; ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
