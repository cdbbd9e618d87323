import { isVisibleName } from '@claviger/core'
import type { EditOrganizationRequest, Organization } from '@claviger/sdk'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Input } from '../ui/field.tsx'

/** What somebody has typed and not saved; a field that is absent shows what holds now, also when that changes. */
export interface SettingsEdits {
  name?: string
  billingContact?: string
}

interface OrganizationSettingsFormProps {
  organization: Pick<Organization, 'name' | 'billingContact'>
  edits: SettingsEdits
  onEdit: (edits: SettingsEdits) => void
  faults: Readonly<Record<string, string>>
  failure: ReactNode
  busy: boolean
  /** @param patch only what is another now. */
  onSubmit: (patch: EditOrganizationRequest) => void
}

export function OrganizationSettingsForm(props: OrganizationSettingsFormProps) {
  const { organization, edits, onEdit, busy, onSubmit } = props
  const [own, setOwn] = useState<SettingsEdits>({})
  const faults = { ...props.faults, ...own }
  const patch = patchOf(edits, organization)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const found = faultsIn(patch)
    setOwn(found)
    if (Object.keys(found).length === 0) onSubmit(patch)
  }
  const change = (part: SettingsEdits) => {
    setOwn({})
    onEdit({ ...edits, ...part })
  }
  return (
    <form noValidate onSubmit={submit} className="grid max-w-lg gap-4">
      <Field label="Name" error={faults.name}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            autoComplete="off"
            value={edits.name ?? organization.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Billing contact"
        optional
        hint="The e-mail address for questions about the bill."
        error={faults.billingContact}
      >
        {(control) => (
          <Input
            {...control}
            type="email"
            maxLength={254}
            autoComplete="off"
            value={edits.billingContact ?? organization.billingContact ?? ''}
            onChange={(event) => change({ billingContact: event.target.value })}
          />
        )}
      </Field>
      {props.failure}
      <Button
        type="submit"
        look="primary"
        className="justify-self-start"
        busy={busy}
        blocked={Object.keys(patch).length === 0 ? 'Nothing is another than it was.' : null}
      >
        Save
      </Button>
    </form>
  )
}

function patchOf(
  { name, billingContact }: SettingsEdits,
  organization: Pick<Organization, 'name' | 'billingContact'>,
): EditOrganizationRequest {
  const contact = billingContact?.trim() === '' ? null : billingContact?.trim()
  return {
    ...(name !== undefined && name.trim() !== organization.name && { name: name.trim() }),
    ...(contact !== undefined && contact !== organization.billingContact && { billingContact: contact }),
  }
}

function faultsIn({ name, billingContact }: EditOrganizationRequest): SettingsEdits {
  return {
    ...(name !== undefined && !isVisibleName(name) && { name: 'An organization has a name.' }),
    ...(typeof billingContact === 'string' &&
      !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(billingContact) && {
        billingContact: 'Write an e-mail address, like ada@example.com.',
      }),
  }
}
