import type { Catalog } from '@claviger/sdk'
import { Field, FieldGroup, Input } from '../ui/field.tsx'
import type { DraftFaults } from './key-draft.ts'

interface ResourcesFieldProps {
  kinds: Catalog['resourceKinds']
  /** What was typed, by kind. */
  resources: Readonly<Record<string, string>>
  faults: DraftFaults
  onChange: (resources: Readonly<Record<string, string>>) => void
}

/** Which instances the key reaches. */
export function ResourcesField({ kinds, resources, faults, onChange }: ResourcesFieldProps) {
  const known: readonly string[] = kinds.map(({ id }) => `resources.${id}`)
  // A key can have instances of a kind that there is no field for any more.
  const other = Object.entries(faults).find(([name]) => /^resources\b/.test(name) && !known.includes(name))?.[1]
  return (
    <FieldGroup legend="Limited to" error={other}>
      <div className="grid gap-4">
        {kinds.map(({ id, label, pluralLabel }) => (
          <Field
            key={id}
            label={pluralLabel}
            optional
            error={faults[`resources.${id}`]}
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
