import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'
import { NewPasswordField } from './new-password-field.tsx'

interface ChangePasswordFormProps {
  faults: Readonly<Record<string, string>>
  failure: ReactNode
  busy: boolean
  onSubmit: (given: { currentPassword: string; newPassword: string }) => void
}

export function ChangePasswordForm({ faults, failure, busy, onSubmit }: ChangePasswordFormProps) {
  const [currentPassword, setCurrentPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit({ currentPassword, newPassword })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label="Current password" error={faults.currentPassword}>
        {(control) => (
          <Input
            {...control}
            type="password"
            required
            maxLength={128}
            autoComplete="current-password"
            value={currentPassword}
            onChange={(event) => setCurrentPassword(event.target.value)}
          />
        )}
      </Field>
      <NewPasswordField
        label="New password"
        value={newPassword}
        error={faults.newPassword ?? faults.password}
        onChange={setNewPassword}
      />
      {failure}
      <Button type="submit" look="primary" busy={busy} className="justify-self-start">
        Change password
      </Button>
    </form>
  )
}
