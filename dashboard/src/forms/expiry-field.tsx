import { bothTimes, dayOf } from '../text/times.ts'
import { Field, FieldGroup, Input } from '../ui/field.tsx'
import { useNow } from '../ui/use-now.ts'
import { type Expiry, expiryMoment } from './key-draft.ts'

const PRESETS: readonly { label: string; expiry: Expiry }[] = [
  { label: 'Never', expiry: { kind: 'never' } },
  { label: '7 days', expiry: { kind: 'days', days: 7 } },
  { label: '30 days', expiry: { kind: 'days', days: 30 } },
  { label: '90 days', expiry: { kind: 'days', days: 90 } },
  { label: '1 year', expiry: { kind: 'days', days: 365 } },
]

interface ExpiryFieldProps {
  expiry: Expiry
  error?: string | undefined
  onChange: (expiry: Expiry) => void
}

export function ExpiryField({ expiry, error, onChange }: ExpiryFieldProps) {
  const now = useNow()
  const moment = expiryMoment(expiry, now)
  const isOther = expiry.kind === 'days' && !PRESETS.some((preset) => isSame(preset.expiry, expiry))
  const presets = isOther ? [...PRESETS, { label: `${expiry.days} days`, expiry }] : PRESETS
  return (
    <FieldGroup legend="Expires" error={error}>
      <div className="flex flex-wrap gap-1.5">
        {presets.map((preset) => (
          <Preset
            key={preset.label}
            label={preset.label}
            chosen={isSame(preset.expiry, expiry)}
            onChoose={() => onChange(preset.expiry)}
          />
        ))}
        <Preset
          label="On a day"
          chosen={expiry.kind === 'at'}
          onChoose={() => onChange({ kind: 'at', at: moment ?? '' })}
        />
      </div>
      {expiry.kind === 'at' && (
        <Field label="Day and time" hint="In your own time zone.">
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              className="max-w-60"
              value={toLocalInput(expiry.at)}
              onChange={(event) => onChange({ kind: 'at', at: fromLocalInput(event.target.value) })}
            />
          )}
        </Field>
      )}
      <p className="text-dim text-sm" aria-live="polite">
        {moment === null
          ? expiry.kind === 'never'
            ? 'It works until somebody revokes it.'
            : ''
          : `Refused from ${dayOf(moment)} on: ${bothTimes(moment).join(', which is ')}.`}
      </p>
    </FieldGroup>
  )
}

function Preset({ label, chosen, onChoose }: { label: string; chosen: boolean; onChoose: () => void }) {
  return (
    <label className="relative inline-flex min-h-8 cursor-pointer items-center rounded-md border border-line-strong/45 bg-surface px-3 hover:bg-sunken has-checked:border-accent-ink has-checked:font-medium has-checked:text-accent-ink has-focus-visible:outline-2 has-focus-visible:outline-accent-ink has-focus-visible:outline-offset-2">
      <input
        type="radio"
        name="expiry"
        checked={chosen}
        onChange={onChoose}
        className="absolute inset-0 cursor-pointer appearance-none outline-none"
      />
      {label}
    </label>
  )
}

function isSame(one: Expiry, other: Expiry): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** As a browser's own field for day and time has it: local, to the minute. */
function toLocalInput(at: string): string {
  const ms = Date.parse(at)
  if (Number.isNaN(ms)) return ''
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function fromLocalInput(text: string): string {
  const ms = new Date(text).getTime()
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString()
}
