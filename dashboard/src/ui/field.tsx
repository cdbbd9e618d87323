import { type ComponentPropsWithRef, type ReactNode, useId, useState } from 'react'

/** What ties a control to its label, its hint and what is wrong with it. */
export interface ControlProps {
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: true
}

interface FieldProps {
  label: ReactNode
  optional?: boolean
  hint?: ReactNode
  error?: string | null | undefined
  children: (control: ControlProps) => ReactNode
}

/** A control with its label above it, and below it a hint and, where something is wrong, what. */
export function Field({ label, optional = false, hint, error: told = null, children }: FieldProps) {
  const id = useId()
  const { error, forget } = useError(told)
  const hintId = `${id}-hint`
  const errorId = `${id}-error`
  const described = [hint ? hintId : '', error ? errorId : ''].filter(Boolean).join(' ')
  return (
    <div className="grid content-start gap-1.5" onInput={forget}>
      <label htmlFor={id} className="font-medium">
        {label}
        {optional && <span className="font-normal text-dim"> (optional)</span>}
      </label>
      {children({ id, ...(described && { 'aria-describedby': described }), ...(error && { 'aria-invalid': true }) })}
      {error && <FieldError id={errorId}>{error}</FieldError>}
      {hint && (
        <p id={hintId} className="text-dim text-sm">
          {hint}
        </p>
      )}
    </div>
  )
}

/** What is wrong with what stood in a field is nothing of what is typed there next, until that has been looked at too. */
function useError(told: string | null) {
  const [forgotten, setForgotten] = useState<string | null>(null)
  // Whoever asks again has no answer for a moment: the same one after it is a new one.
  if (told === null && forgotten !== null) setForgotten(null)
  return { error: told === forgotten ? null : told, forget: () => setForgotten(told) }
}

interface FieldGroupProps {
  legend: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
  children: ReactNode
}

/** Several controls under one heading. */
export function FieldGroup({ legend, hint, error = null, children }: FieldGroupProps) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <fieldset
      className="grid min-w-0 gap-1.5"
      aria-describedby={described || undefined}
      data-invalid={error ? true : undefined}
      tabIndex={error ? -1 : undefined}
    >
      <legend className="mb-1.5 font-medium">{legend}</legend>
      {hint && (
        <p id={`${id}-hint`} className="-mt-1 text-dim text-sm">
          {hint}
        </p>
      )}
      {children}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </fieldset>
  )
}

function FieldError({ id, children }: { id: string; children: string }) {
  return (
    <p id={id} className="text-danger text-sm">
      {children}
    </p>
  )
}

export const controlStyle =
  'w-full rounded-md border border-line-strong/60 bg-surface px-2.5 text-ink hover:border-line-strong focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-dim aria-invalid:border-danger'

export function Input({ className = '', ...rest }: ComponentPropsWithRef<'input'>) {
  return <input {...rest} className={`${controlStyle} h-8 ${className}`} />
}

export function Textarea({ className = '', ...rest }: ComponentPropsWithRef<'textarea'>) {
  return <textarea {...rest} className={`${controlStyle} min-h-16 py-1.5 ${className}`} />
}

interface ChoiceProps extends Omit<ComponentPropsWithRef<'input'>, 'type'> {
  type: 'checkbox' | 'radio'
  label: ReactNode
  description?: ReactNode
}

/** A checkbox or a radio button with its words beside it; all of it can be pressed. */
export function Choice({ label, description, className = '', ...input }: ChoiceProps) {
  const id = useId()
  return (
    <div className={`flex min-h-6 items-start gap-2.5 ${className}`}>
      <input
        {...input}
        id={id}
        aria-describedby={description ? `${id}-about` : undefined}
        className="mt-[3px] size-4 shrink-0 accent-accent-ink"
      />
      <label htmlFor={id} className="min-w-0 flex-1 cursor-pointer">
        {label}
        {description && (
          <span id={`${id}-about`} className="block text-dim text-sm">
            {description}
          </span>
        )}
      </label>
    </div>
  )
}
