import type { Catalog } from '@claviger/sdk'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { approvers, environmentLimitText, type Granting, isOpenTo } from './granting.ts'

interface EnvironmentFieldProps {
  catalog: Pick<Catalog, 'environments' | 'roles'>
  granting: Granting
  environment: string
  /** It is part of the secret, so it is fixed once a key exists. */
  fixed: boolean
  error?: string | undefined
  onChange: (environment: string) => void
}

export function EnvironmentField({ catalog, granting, environment, fixed, error, onChange }: EnvironmentFieldProps) {
  const open = catalog.environments.filter(({ id }) => fixed || isOpenTo(granting, id))
  const none = fixed || granting.environments === null ? [{ value: '', label: 'None' }] : []
  const choose = none.length === 0 && environment === '' ? [{ value: '', label: 'Choose one' }] : []
  return (
    <Field
      label="Environment"
      error={error}
      hint={fixed ? 'Part of the secret, so it stays what it is.' : environmentHint(catalog, granting, environment)}
    >
      {(control) => (
        <Select
          {...control}
          className="w-full max-w-72"
          disabled={fixed}
          value={environment}
          onChoose={onChange}
          options={[...none, ...choose, ...open.map(({ id, label }) => ({ value: id, label }))]}
        />
      )}
    </Field>
  )
}

function environmentHint(
  catalog: Pick<Catalog, 'environments' | 'roles'>,
  granting: Granting,
  chosen: string,
): string | undefined {
  const found = catalog.environments.find(({ id }) => id === chosen)
  const parts = [
    found?.approval === 'admin' && !granting.approves
      ? `A key for ${found.label} waits for approval by ${approvers()} before it works.`
      : '',
    found && found.rotationDays !== null ? `Due for rotation after ${found.rotationDays} days.` : '',
    environmentLimitText(granting, catalog),
  ]
  return parts.filter(Boolean).join(' ') || undefined
}
