import type { Catalog } from '@claviger/sdk'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input, Textarea } from '../ui/field.tsx'
import { EnvironmentField } from './environment-field.tsx'
import { ExpiryField } from './expiry-field.tsx'
import type { Granting } from './granting.ts'
import { draftFaults, environmentFault, type KeyDraft } from './key-draft.ts'
import { MoreSettings } from './more-settings.tsx'
import { ResourcesField } from './resources-field.tsx'
import { ScopesField } from './scopes-field.tsx'
import { useFaults } from './use-faults.ts'

export interface KeyFormWords {
  accessLevel: string
  scopes: string
  /** On the button. */
  submit: string
}

interface KeyFormProps {
  start: KeyDraft
  catalog: Catalog
  granting: Granting
  words: KeyFormWords
  /** True: of a key that is there already. */
  isEdit?: boolean
  /** Names that are taken; one may be used again, but people mix them up. */
  takenNames?: readonly string[]
  /** What the server found wrong, by field. */
  faults: Readonly<Record<string, string>>
  /** What is wrong with no field of its own. */
  failure?: ReactNode
  busy: boolean
  onSubmit: (draft: KeyDraft) => void
  onCancel: () => void
}

const NAME_EXAMPLES = 'For example “ci-runner”, “billing-export” or “marketing site”: the system that will use it.'

export function KeyForm(props: KeyFormProps) {
  const { start, catalog, granting, words, isEdit = false, takenNames = [], busy, onSubmit, onCancel } = props
  const [draft, setDraft] = useState(start)
  const form = useRef<HTMLFormElement>(null)
  const { faults, find, forget } = useFaults(form, props.faults)
  const change = (part: Partial<KeyDraft>) => {
    setDraft((before) => ({ ...before, ...part }))
    forget(part)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const found = { ...draftFaults(draft, Date.now()), ...(!isEdit && environmentFault(draft, granting)) }
    find(found)
    if (Object.keys(found).length === 0) onSubmit(draft)
  }
  const isTaken = draft.name.trim() !== start.name && takenNames.includes(draft.name.trim())

  return (
    <form ref={form} noValidate onSubmit={submit} className="grid max-w-2xl gap-6">
      <Field
        label="Name"
        error={faults.name}
        hint={isTaken ? 'There is another one of this name. That is allowed, but people mix them up.' : NAME_EXAMPLES}
      >
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
            autoComplete="off"
            autoFocus={start.name === ''}
          />
        )}
      </Field>
      <Field label="Description" optional error={faults.description}>
        {(control) => (
          <Textarea
            {...control}
            maxLength={1_000}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        )}
      </Field>
      {catalog.environments.length > 0 && (
        <EnvironmentField
          catalog={catalog}
          granting={granting}
          environment={draft.environment}
          fixed={isEdit}
          error={faults.environment}
          onChange={(environment) => change({ environment })}
        />
      )}
      <ScopesField
        catalog={catalog}
        granting={granting}
        words={words}
        start={start}
        level={draft.level}
        scopes={draft.scopes}
        error={faults.scopes ?? faults.level}
        // Another level may need no scopes: whether any are missing is another question then.
        onLevel={(level) => change({ level, scopes: draft.scopes })}
        onScopes={(scopes) => change({ scopes })}
      />
      {catalog.resourceKinds.length > 0 && (
        <ResourcesField
          kinds={catalog.resourceKinds}
          resources={draft.resources}
          faults={faults}
          onChange={(resources) => change({ resources })}
        />
      )}
      <ExpiryField expiry={draft.expiry} error={faults.expiry} onChange={(expiry) => change({ expiry })} />
      <MoreSettings
        start={start}
        draft={draft}
        faults={faults}
        standard={isEdit ? null : catalog.plan.defaultRateLimit}
        onChange={change}
      />
      {props.failure}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy}>
          {words.submit}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
