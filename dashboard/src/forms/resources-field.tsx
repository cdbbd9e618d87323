import type { Catalog } from '@claviger/sdk'
import { Field, FieldGroup, Input } from '../ui/field.tsx'

interface ResourcesFieldProps {
  kinds: Catalog['resourceKinds']
  /** What was typed, by kind. */
  resources: Readonly<Record<string, string>>
  error?: string | undefined
  onChange: (resources: Readonly<Record<string, string>>) => void
}

/** Which instances the key reaches. */
export function ResourcesField({ kinds, resources, error, onChange }: ResourcesFieldProps) {
  return (
    <FieldGroup legend="Limited to" error={error}>
      <div className="grid gap-4">
        {kinds.map(({ id, label, pluralLabel }) => (
          <Field
            key={id}
            label={pluralLabel}
            optional
            hint={`Ids separated by commas. Left empty, it reaches every ${label.toLowerCase()}.`}
          >
            {(control) => (
              <Input
                {...control}
                value={resources[id] ?? ''}
                onChange={(event) => onChange({ ...resources, [id]: event.target.value })}
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Field>
        ))}
      </div>
    </FieldGroup>
  )
}
