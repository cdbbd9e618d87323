import type { EditOrganizationRequest } from '@claviger/sdk'
import { type ReactNode, useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { OrganizationSettingsForm, type SettingsEdits } from '../../forms/organization-settings-form.tsx'
import { tellReceipt } from '../../text/receipts.ts'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'
import { KeyRules } from './key-rules.tsx'
import { PlanSettings } from './plan-settings.tsx'

/** What an owner decides about the organization, and what the product decides for it. */
export function SettingsPage() {
  const { organization, may } = useOrganization()
  return (
    <>
      <h1 className="font-semibold text-xl">Settings</h1>
      {!may('organizations:write') && <Notice title="You can look">Only an owner changes what stands here.</Notice>}
      <Part title="Organization">
        {may('organizations:write') ? (
          <Details />
        ) : (
          <p>
            {organization.name}
            <span className="text-dim">
              {organization.billingContact === null
                ? ', without a billing contact'
                : `, billing contact ${organization.billingContact}`}
            </span>
          </p>
        )}
      </Part>
      <Part title="Plan">
        <PlanSettings />
      </Part>
      <Part title="Rules for keys">
        <KeyRules />
      </Part>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid min-w-0 gap-3 border-line border-t pt-5">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  )
}

function Details() {
  const { id, organization } = useOrganization()
  const [edits, setEdits] = useState<SettingsEdits>({})
  const save = useChange(
    (patch: EditOrganizationRequest) => client.organizations.edit(id, patch, { ifVersion: organization.version }),
    ({ organization: { name }, receipt }) => {
      tellDone(tellReceipt('Saved', receipt), name)
      setEdits({})
    },
  )
  const { faults, isFieldFault } = faultsOf(save.error)
  return (
    <OrganizationSettingsForm
      organization={organization}
      edits={edits}
      onEdit={setEdits}
      faults={faults}
      failure={isFieldFault ? null : <RefusalNotice error={save.error} />}
      busy={save.busy}
      onSubmit={(patch) => void save.run(patch)}
    />
  )
}
