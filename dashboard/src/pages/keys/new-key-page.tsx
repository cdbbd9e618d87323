import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useKeptPage } from '../../data/kept-page.ts'
import { keysQuery } from '../../data/queries.ts'
import { useOnce } from '../../data/use-once.ts'
import { useSecretChange } from '../../data/use-secret-change.ts'
import { emptyDraft, type KeyDraft, toCreateRequest } from '../../forms/key-draft.ts'
import { KeyForm } from '../../forms/key-form.tsx'
import { paths } from '../../paths.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { ChevronLeftIcon } from '../../ui/icons.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { tellLostSecret } from '../secret/lost-secret.ts'
import { useReveal } from '../secret/reveal-context.ts'
import '../secret/secret-panel.tsx'
import { useGranting } from '../use-granting.ts'
import { useOrganization } from '../use-organization.ts'
import { useWhyNotCreate } from './keys-header.tsx'
// Where one gets with a new secret is there before the secret is: to fetch it then could fail, and lose the secret.
import './keys-page.tsx'

const route = getRouteApi('/$organization/keys/new')

export function NewKeyPage() {
  useKeptPage()
  const { id, catalog, words, may } = useOrganization()
  const granting = useGranting()
  const blocked = useWhyNotCreate()
  const given = route.useSearch()
  const navigate = useNavigate()
  const reveal = useReveal()
  const { data: others } = useQuery(keysQuery(id, { limit: 100 }))
  const [start] = useState(() => emptyDraft(catalog, granting, given))
  const make = useOnce(
    (draft: KeyDraft) => toCreateRequest(draft, Date.now()),
    (request, options) => client.keys.create(id, request, options),
  )
  const create = useSecretChange(make, async ({ key, secret, sampleRequest, receipt }) => {
    if (secret === null) {
      await navigate(paths.key(id, key.id))
      return tellLostSecret(key, words)
    }
    await navigate(paths.keys(id))
    tellDone(tellReceipt('Created', receipt), key.name)
    reveal({ apiKey: key, secret, sampleRequest, reason: 'created' })
  })
  const { faults, isFieldFault } = faultsOf(create.error)
  return (
    <>
      <header className="grid gap-2">
        <Link
          {...paths.keys(id)}
          className="-ms-1 inline-flex min-h-6 w-fit items-center gap-0.5 text-dim hover:text-ink"
        >
          <ChevronLeftIcon />
          {words.keys}
        </Link>
        <h1 className="font-semibold text-xl">{words.create}</h1>
      </header>
      {/* What is under way here may be the last that there is room for. */}
      {blocked !== null && !create.busy && <Notice tone="warn" title={blocked} />}
      {/* Room can be made in another tab; a role stays as it is. */}
      {may('keys:write') && (
        <KeyForm
          start={start}
          catalog={catalog}
          granting={granting}
          words={{ ...words, submit: words.create }}
          takenNames={others?.items.map(({ name }) => name) ?? []}
          faults={faults}
          failure={isFieldFault ? null : <RefusalNotice error={create.error} />}
          busy={create.busy}
          onSubmit={(draft) => void create.run(draft)}
          onCancel={() => void navigate(paths.keys(id))}
        />
      )}
    </>
  )
}
