import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { NewPasswordField } from './new-password-field.tsx'

interface ResetPasswordFormProps {
  error: string | undefined
  failure: ReactNode
  busy: boolean
  onSubmit: (password: string) => void
}

export function ResetPasswordForm({ error, failure, busy, onSubmit }: ResetPasswordFormProps) {
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit(password)
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <NewPasswordField label="New password" value={password} error={error} onChange={setPassword} />
      {failure}
      <Button type="submit" look="primary" busy={busy} className="w-full">
        Set password
      </Button>
    </form>
  )
}
