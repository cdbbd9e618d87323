import type { Invitation } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { invitationsQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { ROLE_TEXTS } from '../../text/roles.ts'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'
import { LinkDialog } from './invite-dialog.tsx'

/** Who was asked in and has not come yet. */
export function Invitations() {
  const { id } = useOrganization()
  const { data, error, refetch } = useQuery(invitationsQuery(id))
  const open = data?.items.filter(({ status }) => status === 'pending' || status === 'expired') ?? []
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (open.length === 0) return null
  return (
    <section aria-label="Open invitations" className="grid gap-2">
      <h2 className="font-semibold text-lg">Invitations</h2>
      <Table
        label="Invitations"
        head={
          <>
            <Head>E-mail</Head>
            <Head>Role</Head>
            <Head>Invited by</Head>
            <Head>Open until</Head>
            <Head className="text-end">
              <span className="sr-only">Actions</span>
            </Head>
          </>
        }
      >
        {open.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} />
        ))}
      </Table>
    </section>
  )
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { id, may } = useOrganization()
  const [link, setLink] = useState<string | null>(null)
  const resend = useChange(
    () => client.invitations.resend(id, invitation.id),
    (answer) => {
      if (answer.link === null) tellDone('Invitation sent again', invitation.email)
      else setLink(answer.link)
    },
  )
  const revoke = useChange(
    () => client.invitations.revoke(id, invitation.id),
    () => tellDone('Invitation taken back', invitation.email),
  )
  return (
    <Row>
      <RowHead className="break-all">{invitation.email}</RowHead>
      <Cell label="Role">{ROLE_TEXTS[invitation.role].label}</Cell>
      <Cell label="Invited by">{invitation.invitedBy.name}</Cell>
      <Cell label="Open until">
        <span>
          {invitation.status === 'expired' && 'Was over '}
          <Moment at={invitation.expiresAt} />
        </span>
      </Cell>
      <Cell className="text-end">
        {may('members:write') && (
          <span className="inline-flex flex-wrap justify-end gap-1">
            <Button
              size="small"
              busy={resend.busy}
              onClick={() => void resend.run(undefined)}
              aria-label={`Send again: ${invitation.email}`}
            >
              Send again
            </Button>
            <Button
              look="quiet"
              size="small"
              busy={revoke.busy}
              onClick={() => void revoke.run(undefined)}
              aria-label={`Take back: ${invitation.email}`}
            >
              Take back
            </Button>
          </span>
        )}
        <RefusalNotice error={resend.error ?? revoke.error} />
        {link !== null && <LinkDialog email={invitation.email} link={link} onClose={() => setLink(null)} />}
      </Cell>
    </Row>
  )
}
