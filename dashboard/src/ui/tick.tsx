interface TickProps {
  label: string
  checked: boolean
  disabled: boolean
  onChange: (checked: boolean) => void
}

/** A checkbox where there is no room for its words. */
export function Tick({ label, checked, disabled, onChange }: TickProps) {
  return (
    <label className="-m-1 inline-grid size-6 place-items-center align-top">
      <input
        type="checkbox"
        // What was chosen before is not to be chosen again by a browser that remembers forms.
        autoComplete="off"
        aria-label={label}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-accent-ink"
      />
    </label>
  )
}
