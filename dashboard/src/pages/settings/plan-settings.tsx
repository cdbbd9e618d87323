import type { PlanTerms } from '@claviger/sdk'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../data/client.ts'
import { keysQuery, meQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { PlanField } from '../../forms/plan-field.tsx'
import { paths } from '../../paths.ts'
import { counted } from '../../text/counts.ts'
import { planTexts } from '../../text/plans.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'

export function PlanSettings() {
  const { catalog, may } = useOrganization()
  const used = useActiveKeys()
  const { plan, selfServicePlans } = catalog
  const others = selfServicePlans.filter(({ id }) => id !== plan.id)
  if (may('organizations:write') && others.length > 0) return <PlanChange plans={[plan, ...others]} used={used} />
  return (
    <>
      <p>
        <span className="font-medium">{plan.label}.</span> {planTexts(plan).join(' ')}
        {used !== undefined && (
          <span className="text-dim">{` ${counted(used, 'active key', 'active keys')} now.`}</span>
        )}
      </p>
      {others.length === 0 && <WhomToAsk />}
    </>
  )
}

/** As a plan's cap counts them: neither revoked nor past expiry. */
function useActiveKeys(): number | undefined {
  const { id } = useOrganization()
  const { data } = useQuery(keysQuery(id, { limit: 1 }))
  return data && data.counts.active + data.counts.disabled + data.counts.pending
}

function PlanChange({ plans, used }: { plans: readonly PlanTerms[]; used: number | undefined }) {
  const { id, organization } = useOrganization()
  const isOperator = useIsOperator()
  const [chosen, setChosen] = useState<string | null>(null)
  const wanted = plans.find((plan) => plan.id === chosen)
  const change = useChange(
    (plan: string) => client.organizations.edit(id, { plan }, { ifVersion: organization.version }),
    ({ receipt }) => {
      tellDone(tellReceipt('Plan changed', receipt), wanted?.label)
      setChosen(null)
    },
  )
  const { faults, isFieldFault } = faultsOf(change.error)
  const isOther = wanted !== undefined && wanted.id !== organization.plan
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isOther) void change.run(wanted.id)
  }
  return (
    <form onSubmit={submit} className="grid max-w-2xl gap-4">
      <PlanField
        legend="The plan of this organization"
        plans={plans}
        plan={chosen ?? organization.plan}
        current={organization.plan}
        error={faults.plan}
        onChange={setChosen}
      />
      {used !== undefined && <p className="text-dim">{`${counted(used, 'active key', 'active keys')} now.`}</p>}
      {isOther && wanted.maxKeys !== null && used !== undefined && used > wanted.maxKeys && (
        <Notice tone="warn" live title={`You have more keys than ${wanted.label} holds`}>
          All of them go on working. A new one can be made once there is room.
        </Notice>
      )}
      {isFieldFault ? null : <RefusalNotice error={change.error} />}
      <Button
        type="submit"
        look="primary"
        className="justify-self-start"
        busy={change.busy}
        blocked={isOther ? null : 'Choose another plan first.'}
      >
        Change plan
      </Button>
      <p className="text-dim text-sm">It holds at once. Keys that are there keep what they hold.</p>
      {isOperator && <OperatorsChoice />}
    </form>
  )
}

function useIsOperator(): boolean {
  return useSuspenseQuery(meQuery).data.person.operator
}

function OperatorsChoice() {
  const { id } = useOrganization()
  return (
    <p className="text-dim">
      Operators choose among all plans{' '}
      <Link {...paths.operatorOrganization(id)} className="text-accent-ink underline underline-offset-3">
        on the organization’s own page
      </Link>
      .
    </p>
  )
}

function WhomToAsk() {
  const { id, productName } = useOrganization()
  const isOperator = useIsOperator()
  if (isOperator) return <OperatorsChoice />
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="text-dim">{`Another plan is a matter for those who run ${productName}: tell them the organization’s id.`}</p>
      <span className="inline-flex items-center gap-1">
        <code className="break-all font-mono text-sm">{id}</code>
        <CopyButton text={id} label="Copy id" compact look="quiet" />
      </span>
    </div>
  )
}
