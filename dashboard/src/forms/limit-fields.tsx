import { Field, FieldGroup, Input } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import type { MoreDraft, MoreFaults } from './more-draft.ts'

export interface MoreFieldProps {
  draft: MoreDraft
  faults: MoreFaults
  onChange: (part: Partial<MoreDraft>) => void
}

type NumberField = 'limit' | 'windowSeconds' | 'credits' | 'refillAmount'

interface NumberProps extends MoreFieldProps {
  name: NumberField
  label: string
}

function NumberInput({ name, label, draft, faults, onChange }: NumberProps) {
  return (
    <Field label={label} error={faults[name]}>
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          className="max-sm:max-w-44"
          value={draft[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
          autoComplete="off"
        />
      )}
    </Field>
  )
}

export function RateLimitField({ hint, ...more }: MoreFieldProps & { hint: string }) {
  return (
    <FieldGroup legend={<Optional>Rate limit</Optional>} hint={hint}>
      <div className="grid gap-3 sm:grid-cols-3">
        <NumberInput {...more} name="limit" label="Requests" />
        <NumberInput {...more} name="windowSeconds" label="In how many seconds" />
      </div>
    </FieldGroup>
  )
}

export function CreditsField(more: MoreFieldProps) {
  const { draft, faults, onChange } = more
  return (
    <FieldGroup
      legend={<Optional>Credits</Optional>}
      hint="Each accepted request takes one, or what it is said to cost. Left empty: they are not counted."
    >
      <div className="grid gap-3 sm:grid-cols-3">
        <NumberInput {...more} name="credits" label="Credits left" />
        <Field label="Refilled" error={faults.refillInterval}>
          {(control) => (
            <Select
              {...control}
              className="w-full max-sm:max-w-44"
              value={draft.refillInterval}
              onChoose={(interval) => onChange({ refillInterval: readInterval(interval) })}
              options={[
                { value: '', label: 'Never' },
                { value: 'day', label: 'Every day' },
                { value: 'month', label: 'Every month' },
              ]}
            />
          )}
        </Field>
        {draft.refillInterval !== '' && <NumberInput {...more} name="refillAmount" label="To how many" />}
      </div>
      {draft.refillInterval !== '' && (
        <p className="text-dim text-sm">
          {draft.refillInterval === 'day' ? 'Each day at 00:00 UTC.' : 'On the 1st of each month at 00:00 UTC.'}
        </p>
      )}
    </FieldGroup>
  )
}

function Optional({ children }: { children: string }) {
  return (
    <>
      {children}
      <span className="font-normal text-dim"> (optional)</span>
    </>
  )
}

function readInterval(value: string): MoreDraft['refillInterval'] {
  return value === 'day' || value === 'month' ? value : ''
}
