import type { Role } from '@claviger/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Choice, Field, FieldGroup, Input } from '../ui/field.tsx'

interface InviteFormProps {
  id: string
  roles: readonly { id: Role; label: string; about: string }[]
  fault: string | undefined
  failure: ReactNode
  onSubmit: (given: { email: string; role: Role }) => void
}

export function InviteForm({ id, roles, fault, failure, onSubmit }: InviteFormProps) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('developer')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit({ email: email.trim(), role })
  }
  return (
    <form id={id} onSubmit={submit} className="grid gap-4">
      <Field label="E-mail" error={fault}>
        {(control) => (
          <Input
            {...control}
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <FieldGroup legend="Role">
        {roles.map(({ id: value, label, about }) => (
          <Choice
            key={value}
            type="radio"
            name="role"
            label={label}
            description={about}
            checked={role === value}
            onChange={() => setRole(value)}
          />
        ))}
      </FieldGroup>
      {failure}
    </form>
  )
}
