import type { ComponentPropsWithRef } from 'react'
import { controlStyle } from './field.tsx'
import { ChevronDownIcon } from './icons.tsx'

interface SelectProps extends Omit<ComponentPropsWithRef<'select'>, 'onChange' | 'children'> {
  options: readonly { value: string; label: string }[]
  onChoose: (value: string) => void
}

/** The platform's own: it works on every screen, keyboard and phone, and weighs nothing. */
export function Select({ options, onChoose, className = '', ...rest }: SelectProps) {
  return (
    <span className={`relative inline-flex ${className}`}>
      <select
        {...rest}
        className={`${controlStyle} h-8 appearance-none pe-8`}
        onChange={(event) => onChoose(event.target.value)}
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <ChevronDownIcon className="pointer-events-none absolute top-2 inset-e-2.5 size-4 text-dim" />
    </span>
  )
}
