import type { Catalog } from '@claviger/sdk'
import { limitText } from '../text/limits.ts'
import { Field, Input, Textarea } from '../ui/field.tsx'
import { ChevronRightIcon } from '../ui/icons.tsx'
import { CreditsField, type MoreFieldProps, RateLimitField } from './limit-fields.tsx'
import { hasMore, type MoreDraft } from './more-draft.ts'

interface MoreSettingsProps extends MoreFieldProps {
  /** As it was when the form opened. */
  start: MoreDraft
  /** What a new key gets where it names no limit; a key that is there has its own. */
  standard: Catalog['plan']['defaultRateLimit']
}

/** What few keys need. Folded away unless something of it is set, or wrong. */
export function MoreSettings({ start, standard, ...more }: MoreSettingsProps) {
  return (
    <details open={hasMore(start)} className="group rounded-lg border border-line">
      <summary className="flex min-h-10 cursor-pointer list-none flex-wrap items-center gap-x-2 rounded-lg px-3.5 py-2 hover:bg-sunken [&::-webkit-details-marker]:hidden">
        <ChevronRightIcon className="size-4 text-dim transition-transform group-open:rotate-90" />
        <span className="font-medium">More settings</span>
        <span className="text-dim text-sm">Addresses, rate limit, credits, tags, metadata, external id</span>
      </summary>
      <div className="grid gap-6 border-line border-t px-3.5 py-4">
        <Addresses {...more} />
        <RateLimitField
          {...more}
          hint={standard === null ? 'Left empty: no limit.' : `Left empty: ${limitText(standard)}, as the plan has it.`}
        />
        <CreditsField {...more} />
        <Labels {...more} />
      </div>
    </details>
  )
}

function Addresses({ draft, faults, onChange }: MoreFieldProps) {
  return (
    <Field
      label="Allowed IP addresses"
      optional
      error={faults.allowedIps}
      hint="Addresses and CIDR ranges, IPv4 or IPv6, one a line. Left empty: from anywhere."
    >
      {(control) => (
        <Textarea
          {...control}
          className="font-mono text-sm"
          value={draft.allowedIps}
          placeholder={'203.0.113.0/24\n2001:db8::/32'}
          onChange={(event) => onChange({ allowedIps: event.target.value })}
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </Field>
  )
}

function Labels({ draft, faults, onChange }: MoreFieldProps) {
  return (
    <>
      <Field label="Tags" optional error={faults.tags} hint="Words of your own, one a line.">
        {(control) => (
          <Textarea
            {...control}
            value={draft.tags}
            onChange={(event) => onChange({ tags: event.target.value })}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <Field
        label="Metadata"
        optional
        error={faults.metadata}
        hint="One a line, as name = value. It is told with every verdict. Numbers, true, false and null are what they look like; in quotation marks they are text."
      >
        {(control) => (
          <Textarea
            {...control}
            className="font-mono text-sm"
            value={draft.metadata}
            placeholder="team = billing"
            onChange={(event) => onChange({ metadata: event.target.value })}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <Field label="External id" optional error={faults.externalId} hint="What your own system calls this key.">
        {(control) => (
          <Input
            {...control}
            className="font-mono text-sm"
            maxLength={200}
            value={draft.externalId}
            onChange={(event) => onChange({ externalId: event.target.value })}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
    </>
  )
}
