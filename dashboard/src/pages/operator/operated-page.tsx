import type { Organization, PlanTerms } from '@claviger/sdk'
import { useSuspenseQueries } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { client } from '../../data/client.ts'
import { catalogQuery, organizationQuery, plansQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { type OrganizationDraft, OrganizationForm } from '../../forms/organization-form.tsx'
import { paths } from '../../paths.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button, buttonStyle } from '../../ui/button.tsx'
import { ChevronLeftIcon } from '../../ui/icons.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { Features } from './features.tsx'
import { Suspension } from './suspension.tsx'

const route = getRouteApi('/operator/organizations/$operated')

/** One organization, as those see it who run the deployment. */
export function OperatedPage() {
  const { operated: id } = route.useParams()
  const [{ data: organization }, { data: catalog }, { data: plans }] = useSuspenseQueries({
    queries: [organizationQuery(id), catalogQuery(id), plansQuery],
  })
  // One that the product file no longer has is still the one it is on.
  const isKnown = plans.items.some((plan) => plan.id === catalog.plan.id)
  return (
    <>
      <header className="grid gap-2">
        <Link
          {...paths.operator()}
          className="-ml-1 inline-flex min-h-6 w-fit items-center gap-0.5 text-dim hover:text-ink"
        >
          <ChevronLeftIcon />
          Organizations
        </Link>
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <h1 className="break-words font-semibold text-xl">{organization.name}</h1>
            <p className="break-all font-mono text-dim text-sm">{organization.id}</p>
          </div>
          <Link {...paths.keys(id)} className={buttonStyle()}>
            Its keys
          </Link>
        </div>
      </header>
      <Details
        key={organization.version}
        organization={organization}
        plans={isKnown ? plans.items : [catalog.plan, ...plans.items]}
      />
      <Features organization={organization} texts={catalog.featureTexts} />
      <Suspension organization={organization} />
    </>
  )
}

function Details({ organization, plans }: { organization: Organization; plans: readonly PlanTerms[] }) {
  const formId = useId()
  const edit = useChange(
    ({ name, externalId, plan }: OrganizationDraft) =>
      client.organizations.edit(
        organization.id,
        { name, externalId: externalId === '' ? null : externalId, plan },
        { ifVersion: organization.version },
      ),
    ({ receipt }) => tellDone(tellReceipt('Saved', receipt), organization.name),
  )
  const { faults, isFieldFault } = faultsOf(edit.error)
  const { name, plan } = organization
  const externalId = organization.externalId ?? ''
  const [draft, setDraft] = useState({ name, externalId, plan })
  const isSame = draft.name.trim() === name && draft.externalId.trim() === externalId && draft.plan === plan
  return (
    <section aria-label="Details" className="grid gap-3">
      <OrganizationForm
        id={formId}
        draft={draft}
        onDraft={setDraft}
        plans={plans}
        currentPlan={plan}
        faults={faults}
        failure={isFieldFault ? null : <RefusalNotice error={edit.error} />}
        onSubmit={(draft) => void edit.run(draft)}
      />
      <div>
        <Button
          type="submit"
          form={formId}
          look="primary"
          busy={edit.busy}
          blocked={isSame ? 'Nothing is another than it was.' : null}
        >
          Save
        </Button>
      </div>
    </section>
  )
}
