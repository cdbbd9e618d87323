import type { Catalog } from '@claviger/sdk'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'

interface EnvironmentFieldProps {
  environments: Catalog['environments']
  environment: string
  /** It is part of the secret, so it is fixed once a key exists. */
  fixed: boolean
  error?: string | undefined
  onChange: (environment: string) => void
}

export function EnvironmentField({ environments, environment, fixed, error, onChange }: EnvironmentFieldProps) {
  return (
    <Field
      label="Environment"
      error={error}
      hint={fixed ? 'Part of the secret, so it stays what it is.' : environmentHint(environments, environment)}
    >
      {(control) => (
        <Select
          {...control}
          className="w-full max-w-72"
          disabled={fixed}
          value={environment}
          onChoose={onChange}
          options={[{ value: '', label: 'None' }, ...environments.map(({ id, label }) => ({ value: id, label }))]}
        />
      )}
    </Field>
  )
}

function environmentHint(environments: Catalog['environments'], chosen: string): string | undefined {
  const found = environments.find(({ id }) => id === chosen)
  if (!found) return undefined
  const parts = [
    found.rotationDays === null ? '' : `Due for rotation after ${found.rotationDays} days.`,
    found.approval === 'admin' ? 'An admin approves the key before it works.' : '',
  ]
  return parts.filter(Boolean).join(' ') || undefined
}
