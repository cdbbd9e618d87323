import { Field, Input } from '../ui/field.tsx'

/** As the server takes it. */
const LENGTH = { min: 12, max: 128 } as const

interface NewPasswordFieldProps {
  value: string
  error: string | undefined
  onChange: (password: string) => void
}

export function NewPasswordField({ value, error, onChange }: NewPasswordFieldProps) {
  return (
    <Field label="Password" error={error} hint={`At least ${LENGTH.min} characters; a few words make a good one.`}>
      {(control) => (
        <Input
          {...control}
          type="password"
          required
          minLength={LENGTH.min}
          maxLength={LENGTH.max}
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
