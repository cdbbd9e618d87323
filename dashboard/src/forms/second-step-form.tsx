import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'

interface SecondStepFormProps {
  failure: ReactNode
  busy: boolean
  onSubmit: (proof: { code: string } | { recoveryCode: string }) => void
}

export function SecondStepForm({ failure, busy, onSubmit }: SecondStepFormProps) {
  const [kind, setKind] = useState<'code' | 'recoveryCode'>('code')
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    onSubmit(kind === 'code' ? { code: text.replaceAll(/\s/g, '') } : { recoveryCode: text.trim() })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field
        key={kind}
        label={kind === 'code' ? 'Code' : 'Recovery code'}
        hint={
          kind === 'code' ? 'Six digits, from your authenticator.' : 'One of those you were given. Each works once.'
        }
      >
        {(control) => (
          <Input
            {...control}
            required
            inputMode={kind === 'code' ? 'numeric' : 'text'}
            autoComplete="one-time-code"
            maxLength={40}
            className="font-mono"
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoFocus
          />
        )}
      </Field>
      {failure}
      <Button type="submit" look="primary" busy={busy} className="w-full">
        Continue
      </Button>
      <Button
        look="quiet"
        onClick={() => {
          setKind(kind === 'code' ? 'recoveryCode' : 'code')
          setText('')
        }}
      >
        {kind === 'code' ? 'Use a recovery code' : 'Use the authenticator'}
      </Button>
    </form>
  )
}
