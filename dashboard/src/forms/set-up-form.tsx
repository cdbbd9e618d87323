import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'
import { NewPasswordField } from './new-password-field.tsx'

export interface SetUpDraft {
  name: string
  email: string
  password: string
  organization: string
}

interface SetUpFormProps {
  /** What the server found wrong, by field. */
  faults: Readonly<Record<string, string>>
  failure: ReactNode
  busy: boolean
  onSubmit: (draft: SetUpDraft) => void
}

export function SetUpForm({ faults, failure, busy, onSubmit }: SetUpFormProps) {
  const [draft, setDraft] = useState<SetUpDraft>({ name: '', email: '', password: '', organization: '' })
  const form = useRef<HTMLFormElement>(null)
  const change = (name: keyof SetUpDraft) => (event: { target: { value: string } }) =>
    setDraft((before) => ({ ...before, [name]: event.target.value }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit(draft)
  }
  const wrong = Object.keys(faults).join()
  // Whoever cannot see the page learns of the first thing that is wrong by being there.
  useEffect(() => {
    if (wrong !== '') form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [wrong])
  return (
    <form ref={form} onSubmit={submit} className="grid gap-4">
      <Field label="Your name" error={faults.name}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            autoComplete="name"
            value={draft.name}
            onChange={change('name')}
            autoFocus
          />
        )}
      </Field>
      <Field label="E-mail" error={faults.email} hint="You sign in with it.">
        {(control) => (
          <Input
            {...control}
            type="email"
            required
            autoComplete="username"
            value={draft.email}
            onChange={change('email')}
          />
        )}
      </Field>
      <NewPasswordField
        value={draft.password}
        error={faults.password}
        onChange={(password) => setDraft((before) => ({ ...before, password }))}
      />
      <Field
        label="First organization"
        error={faults['organization.name'] ?? faults.organization}
        hint="A customer of yours, or your own company. There can be any number later."
      >
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            autoComplete="organization"
            value={draft.organization}
            onChange={change('organization')}
          />
        )}
      </Field>
      {failure}
      <Button type="submit" look="primary" busy={busy} className="w-full">
        Set up
      </Button>
    </form>
  )
}
