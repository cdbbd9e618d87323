import { Field, Input } from '../ui/field.tsx'

/** As the server takes it. */
const LENGTH = { min: 12, max: 128 } as const

interface NewPasswordFieldProps {
  label?: string
  value: string
  error: string | undefined
  onChange: (password: string) => void
}

export function NewPasswordField({ label = 'Password', value, error, onChange }: NewPasswordFieldProps) {
  return (
    <Field label={label} error={error} hint={`At least ${LENGTH.min} characters; a few words make a good one.`}>
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
