import { ROLES, type Role } from '@claviger/core'
import { useId, useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { InviteForm } from '../../forms/invite-form.tsx'
import { ROLE_TEXTS } from '../../text/roles.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'
import { useAssigns } from './use-assigns.ts'

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { id, organization } = useOrganization()
  const assigns = useAssigns()
  const formId = useId()
  const [sent, setSent] = useState<{ email: string; link: string } | null>(null)
  const invite = useChange(
    (given: { email: string; role: Role }) => client.invitations.create(id, given),
    ({ invitation, link }) => {
      if (link !== null) return setSent({ email: invitation.email, link })
      tellDone('Invitation sent', invitation.email)
      onClose()
    },
  )
  if (sent) return <LinkDialog email={sent.email} link={sent.link} onClose={onClose} />
  const { faults, isFieldFault } = faultsOf(invite.error)
  return (
    <Dialog
      title={`Invite somebody to ${organization.name}`}
      about="The invitation is open for seven days."
      onClose={onClose}
      dismissible={!invite.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={invite.busy}>
            Invite
          </Button>
        </>
      }
    >
      <InviteForm
        id={formId}
        roles={ROLES.filter((role) => assigns(role)).map((role) => ({ id: role, ...ROLE_TEXTS[role] }))}
        fault={faults.email}
        failure={isFieldFault ? null : <RefusalNotice error={invite.error} />}
        onSubmit={(given) => void invite.run(given)}
      />
    </Dialog>
  )
}

/** Where the server sends no mail, whoever invites hands the link over. */
export function LinkDialog({ email, link, onClose }: { email: string; link: string; onClose: () => void }) {
  return (
    <Dialog
      title="Hand over this link"
      about={`This server sends no mail. The link lets whoever has it in as ${email}; it is shown this once.`}
      onClose={onClose}
      dismissible={false}
      actions={
        <Button look="primary" onClick={onClose}>
          I have sent it
        </Button>
      }
    >
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 basis-64">
          <Field label="Link">
            {(control) => (
              <Input
                {...control}
                readOnly
                value={link}
                onFocus={(event) => event.target.select()}
                className="font-mono text-sm"
              />
            )}
          </Field>
        </div>
        <CopyButton text={link} label="Copy link" look="primary" />
      </div>
    </Dialog>
  )
}
