import type { PlanTerms } from '@claviger/sdk'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Field, Input } from '../ui/field.tsx'
import { PlanField } from './plan-field.tsx'

export interface OrganizationDraft {
  name: string
  externalId: string
  plan: string
}

interface OrganizationFormProps {
  id: string
  start: OrganizationDraft
  plans: readonly PlanTerms[]
  /** True: it is on no plan yet. */
  isNew?: boolean
  faults: Readonly<Record<string, string>>
  failure: ReactNode
  onSubmit: (draft: OrganizationDraft) => void
}

/** What only those who run the deployment decide about an organization, and its name. */
export function OrganizationForm({
  id,
  start,
  plans,
  isNew = false,
  faults,
  failure,
  onSubmit,
}: OrganizationFormProps) {
  const [draft, setDraft] = useState(start)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit({ ...draft, name: draft.name.trim(), externalId: draft.externalId.trim() })
  }
  const text = (field: keyof OrganizationDraft) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [field]: event.target.value }),
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
        current={isNew ? null : start.plan}
        error={faults.plan}
        onChange={(plan) => setDraft({ ...draft, plan })}
      />
      {failure}
    </form>
  )
}
