import { type FormEvent, type ReactNode, useState } from 'react'
import { Field, Input } from '../ui/field.tsx'

interface ConfirmFormProps {
  id: string
  /** Of somebody who signs in without a password: the code of the second step. */
  kind: 'password' | 'code'
  failure: ReactNode
  onSubmit: (text: string) => void
}

/** One field; its button stands where the dialog around it wants it. */
export function ConfirmForm({ id, kind, failure, onSubmit }: ConfirmFormProps) {
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit(kind === 'code' ? text.replaceAll(/\s/g, '') : text)
  }
  return (
    <form id={id} onSubmit={submit} className="grid gap-4">
      <Field label={kind === 'password' ? 'Password' : 'Code from your authenticator'}>
        {(control) => (
          <Input
            {...control}
            type={kind === 'password' ? 'password' : 'text'}
            inputMode={kind === 'password' ? 'text' : 'numeric'}
            autoComplete={kind === 'password' ? 'current-password' : 'one-time-code'}
            required
            maxLength={128}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {failure}
    </form>
  )
}
