import type { PlanTerms } from '@claviger/sdk'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { type OrganizationDraft, OrganizationForm } from '../../forms/organization-form.tsx'
import { paths } from '../../paths.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'

interface CreateOrganizationDialogProps {
  plans: readonly PlanTerms[]
  onClose: () => void
}

export function CreateOrganizationDialog({ plans, onClose }: CreateOrganizationDialogProps) {
  const formId = useId()
  const [draft, setDraft] = useState({ name: '', externalId: '', plan: plans[0]?.id ?? '' })
  const navigate = useNavigate()
  const create = useChange(
    ({ name, externalId, plan }: OrganizationDraft) =>
      client.organizations.create({ name, plan, ...(externalId !== '' && { externalId }) }),
    async ({ organization, receipt }) => {
      tellDone(tellReceipt('Created', receipt), organization.name)
      await navigate(paths.operatorOrganization(organization.id))
    },
  )
  const { faults, isFieldFault } = faultsOf(create.error)
  return (
    <Dialog
      title="Create an organization"
      onClose={onClose}
      dismissible={!create.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={create.busy}>
            Create
          </Button>
        </>
      }
    >
      <OrganizationForm
        id={formId}
        draft={draft}
        onDraft={setDraft}
        plans={plans}
        currentPlan={null}
        faults={faults}
        failure={isFieldFault ? null : <RefusalNotice error={create.error} />}
        onSubmit={(draft) => void create.run(draft)}
      />
    </Dialog>
  )
}
