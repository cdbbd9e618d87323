import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'
import { PASSWORD_LENGTH } from './password-length.ts'

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
      <Field
        label="Password"
        error={faults.password}
        hint={`At least ${PASSWORD_LENGTH.min} characters; a few words make a good one.`}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            required
            minLength={PASSWORD_LENGTH.min}
            maxLength={PASSWORD_LENGTH.max}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {failure}
      <Button type="submit" look="primary" busy={busy} className="w-full">
        Join
      </Button>
    </form>
  )
}
