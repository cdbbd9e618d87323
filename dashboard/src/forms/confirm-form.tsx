import type { ConfirmRequest } from '@claviger/sdk'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Field, Input } from '../ui/field.tsx'

interface ConfirmFormProps {
  id: string
  /** Whether a code of the authenticator is wanted as well. */
  asksCode: boolean
  failure: ReactNode
  onSubmit: (proof: ConfirmRequest) => void
}

/** The fields alone; their button stands where the dialog around them wants it. */
export function ConfirmForm({ id, asksCode, failure, onSubmit }: ConfirmFormProps) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit(asksCode ? { password, code: code.replaceAll(/\s/g, '') } : { password })
  }
  return (
    <form id={id} onSubmit={submit} className="grid gap-4">
      <Field label="Password">
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="current-password"
            required
            maxLength={128}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {asksCode && (
        <Field label="Code from your authenticator">
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              maxLength={40}
              className="font-mono"
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
      )}
      {failure}
    </form>
  )
}
