import type { PlanTerms } from '@claviger/sdk'
import type { FormEvent, ReactNode } from 'react'
import { Field, Input } from '../ui/field.tsx'
import { PlanField } from './plan-field.tsx'

export interface OrganizationDraft {
  name: string
  externalId: string
  plan: string
}

interface OrganizationFormProps {
  id: string
  draft: OrganizationDraft
  onDraft: (draft: OrganizationDraft) => void
  plans: readonly PlanTerms[]
  /** The plan it is on; null as long as there is none. */
  currentPlan: string | null
  faults: Readonly<Record<string, string>>
  failure: ReactNode
  onSubmit: (draft: OrganizationDraft) => void
}

/** What only those who run the deployment decide about an organization, and its name. */
export function OrganizationForm({
  id,
  draft,
  onDraft,
  plans,
  currentPlan,
  faults,
  failure,
  onSubmit,
}: OrganizationFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit({ ...draft, name: draft.name.trim(), externalId: draft.externalId.trim() })
  }
  const text = (field: keyof OrganizationDraft) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => onDraft({ ...draft, [field]: event.target.value }),
    autoComplete: 'off',
  })
  return (
    <form id={id} onSubmit={submit} className="grid max-w-lg gap-4">
      <Field label="Name" error={faults.name}>
        {(control) => <Input {...control} {...text('name')} required maxLength={100} />}
      </Field>
      <Field
        label="External id"
        optional
        hint="What your own system calls this organization."
        error={faults.externalId}
      >
        {(control) => <Input {...control} {...text('externalId')} maxLength={200} className="font-mono text-sm" />}
      </Field>
      <PlanField
        legend="Plan"
        plans={plans}
        plan={draft.plan}
        current={currentPlan}
        error={faults.plan}
        onChange={(plan) => onDraft({ ...draft, plan })}
      />
      {failure}
    </form>
  )
}
