import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'

/** What is asked for, and how browsers fill it in. */
const KINDS = {
  email: { label: 'E-mail', input: { type: 'email', autoComplete: 'username', maxLength: 254 } },
  password: { label: 'Password', input: { type: 'password', autoComplete: 'current-password', maxLength: 128 } },
  name: { label: 'Name', input: { type: 'text', autoComplete: 'name', maxLength: 100 } },
  code: {
    label: 'Code from your authenticator',
    input: { type: 'text', inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 10 },
  },
} as const

interface OneFieldFormProps {
  kind: keyof typeof KINDS
  /** The button's words. */
  action: string
  initial?: string
  error?: string | undefined
  failure: ReactNode
  busy: boolean
  onSubmit: (text: string) => void
}

/** One thing to fill in, and the button that sends it. */
export function OneFieldForm({ kind, action, initial = '', error, failure, busy, onSubmit }: OneFieldFormProps) {
  const [text, setText] = useState(initial)
  const { label, input } = KINDS[kind]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    onSubmit(kind === 'password' ? text : kind === 'code' ? text.replaceAll(/\s/g, '') : text.trim())
    if (kind === 'password') setText('')
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={label} error={error}>
        {(control) => (
          <Input {...control} {...input} required value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      {failure}
      <Button type="submit" look="primary" busy={busy} className="justify-self-start">
        {action}
      </Button>
    </form>
  )
}
