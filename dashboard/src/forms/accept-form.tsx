import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'
import { NewPasswordField } from './new-password-field.tsx'

interface AcceptFormProps {
  email: string
  faults: Readonly<Record<string, string>>
  failure: ReactNode
  busy: boolean
  onSubmit: (given: { name: string; password: string }) => void
}

/** The account of somebody who has none yet. */
export function AcceptForm({ email, faults, failure, busy, onSubmit }: AcceptFormProps) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit({ name: name.trim(), password })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label="E-mail">
        {(control) => <Input {...control} type="email" readOnly value={email} autoComplete="username" />}
      </Field>
      <Field label="Your name" error={faults.name}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <NewPasswordField value={password} error={faults.password} onChange={setPassword} />
      {failure}
      <Button type="submit" look="primary" busy={busy} className="w-full">
        Join
      </Button>
    </form>
  )
}
