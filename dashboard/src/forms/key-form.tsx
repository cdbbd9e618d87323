import type { Catalog } from '@claviger/sdk'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, FieldGroup, Input, Textarea } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { ExpiryField } from './expiry-field.tsx'
import { draftFaults, type KeyDraft } from './key-draft.ts'
import { ScopesField } from './scopes-field.tsx'

export interface KeyFormWords {
  accessLevel: string
  scopes: string
  /** On the button. */
  submit: string
}

interface KeyFormProps {
  start: KeyDraft
  catalog: Catalog
  words: KeyFormWords
  /** The environment is fixed once a key exists: it is part of its secret. */
  environmentIsFixed?: boolean
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
  const { start, catalog, words, environmentIsFixed = false, takenNames = [], busy, onSubmit, onCancel } = props
  const [draft, setDraft] = useState(start)
  const [own, setOwn] = useState<ReturnType<typeof draftFaults>>({})
  const form = useRef<HTMLFormElement>(null)
  const faults = { ...byField(props.faults), ...own }
  const change = <Name extends keyof KeyDraft>(name: Name, value: KeyDraft[Name]) => {
    setDraft((before) => ({ ...before, [name]: value }))
    setOwn(({ [name]: _, ...rest }) => rest)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const found = draftFaults(draft, Date.now())
    setOwn(found)
    if (Object.keys(found).length === 0) onSubmit(draft)
  }
  const wrong = Object.keys(faults).join()
  // Whoever cannot see the page learns of the first thing that is wrong by being there.
  useEffect(() => {
    if (wrong !== '') form.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid]')?.focus()
  }, [wrong])
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
            onChange={(event) => change('name', event.target.value)}
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
            onChange={(event) => change('description', event.target.value)}
          />
        )}
      </Field>
      {catalog.environments.length > 0 && (
        <Field
          label="Environment"
          error={faults.environment}
          hint={
            environmentIsFixed
              ? 'Part of the secret, so it stays what it is.'
              : environmentHint(catalog, draft.environment)
          }
        >
          {(control) => (
            <Select
              {...control}
              className="w-full max-w-72"
              disabled={environmentIsFixed}
              value={draft.environment}
              onChoose={(environment) => change('environment', environment)}
              options={[
                { value: '', label: 'None' },
                ...catalog.environments.map(({ id, label }) => ({ value: id, label })),
              ]}
            />
          )}
        </Field>
      )}
      <ScopesField
        catalog={catalog}
        words={words}
        level={draft.level}
        scopes={draft.scopes}
        error={faults.scopes ?? faults.level}
        onLevel={(level) => change('level', level)}
        onScopes={(scopes) => change('scopes', scopes)}
      />
      {catalog.resourceKinds.length > 0 && (
        <FieldGroup legend="Limited to" error={faults.resources}>
          <div className="grid gap-4">
            {catalog.resourceKinds.map(({ id, label, pluralLabel }) => (
              <Field
                key={id}
                label={pluralLabel}
                optional
                hint={`Ids separated by commas. Left empty, it reaches every ${label.toLowerCase()}.`}
              >
                {(control) => (
                  <Input
                    {...control}
                    value={draft.resources[id] ?? ''}
                    onChange={(event) => change('resources', { ...draft.resources, [id]: event.target.value })}
                    autoComplete="off"
                    spellCheck={false}
                  />
                )}
              </Field>
            ))}
          </div>
        </FieldGroup>
      )}
      <ExpiryField expiry={draft.expiry} error={faults.expiry} onChange={(expiry) => change('expiry', expiry)} />
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

/** The server names fields as its API does, and what stands deeper by its path: `scopes/0`. */
function byField(faults: Readonly<Record<string, string>>): ReturnType<typeof draftFaults> {
  const names: Readonly<Record<string, keyof KeyDraft>> = { expiresAt: 'expiry', accessLevel: 'level' }
  const found = Object.entries(faults).map(([path, fault]) => {
    const [name = path] = path.split(/[./[]/)
    return [names[name] ?? name, fault]
  })
  return Object.fromEntries(found)
}

function environmentHint({ environments }: Catalog, chosen: string): string | undefined {
  const found = environments.find(({ id }) => id === chosen)
  if (!found) return undefined
  const parts = [
    found.rotationDays === null ? '' : `Due for rotation after ${found.rotationDays} days.`,
    found.approval === 'admin' ? 'An admin approves the key before it works.' : '',
  ]
  return parts.filter(Boolean).join(' ') || undefined
}
