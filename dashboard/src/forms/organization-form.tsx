import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Field, Input } from '../ui/field.tsx'

export interface OrganizationDraft {
  name: string
  externalId: string
  plan: string
}

interface OrganizationFormProps {
  id: string
  start: OrganizationDraft
  /** Ids of plans that are known to exist; the server knows them all. */
  plans: readonly string[]
  /** True: a plan may be left to the server. */
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
  const planListId = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit({ name: draft.name.trim(), externalId: draft.externalId.trim(), plan: draft.plan.trim() })
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
        {(control) => <Input {...control} {...text('externalId')} className="font-mono text-sm" />}
      </Field>
      <Field
        label="Plan"
        optional={isNew}
        hint={`Its id in the product file.${isNew ? ' Left empty: the first one there.' : ''}`}
        error={faults.plan}
      >
        {(control) => (
          <Input
            {...control}
            {...text('plan')}
            required={!isNew}
            maxLength={64}
            list={planListId}
            className="font-mono text-sm"
          />
        )}
      </Field>
      <datalist id={planListId}>
        {plans.map((plan) => (
          <option key={plan} value={plan} />
        ))}
      </datalist>
      {failure}
    </form>
  )
}
