import { ROLES, type Role } from '@claviger/core'
import type { Member } from '@claviger/sdk'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { membersQuery, meQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { ROLE_TEXTS } from '../../text/roles.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckIcon, PlusIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Select } from '../../ui/select.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ActionCell, Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { tellDone, tellFailed } from '../../ui/toast.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { Departed } from './departed.tsx'
import { Invitations } from './invitations.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { useAssigns } from './use-assigns.ts'

export function MembersPage() {
  const { id, may } = useOrganization()
  const { data, error, refetch } = useQuery(membersQuery(id))
  const [inviting, setInviting] = useState(false)
  const [removing, setRemoving] = useState<Member | null>(null)
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">Members</h1>
        <Button
          look="primary"
          blocked={may('members:write') ? null : 'Your role does not let you invite anybody.'}
          onClick={() => setInviting(true)}
        >
          <PlusIcon />
          Invite somebody
        </Button>
      </header>
      <Departed members={data?.items ?? []} />
      {error && <QueryFailure error={error} onRetry={() => void refetch()} />}
      {data ? (
        <MemberTable members={data.items} onRemove={setRemoving} />
      ) : (
        <SkeletonRows label="Loading members" rows={3} />
      )}
      <Invitations />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {removing && <RemoveDialog member={removing} onClose={() => setRemoving(null)} />}
    </>
  )
}

interface MemberTableProps {
  members: readonly Member[]
  onRemove: (member: Member) => void
}

function MemberTable({ members, onRemove }: MemberTableProps) {
  const { data: me } = useSuspenseQuery(meQuery)
  const assigns = useAssigns()
  return (
    <Table
      label="Members"
      head={
        <>
          <Head>Name</Head>
          <Head>E-mail</Head>
          <Head>Role</Head>
          <Head>Second step</Head>
          <Head>Joined</Head>
          <Head className="text-end">
            <span className="sr-only">Actions</span>
          </Head>
        </>
      }
    >
      {members.map((member) => {
        const isMe = member.person.id === me.person.id
        return (
          <Row key={member.id}>
            <RowHead className="font-medium">
              {member.person.name}
              {isMe && <span className="font-normal text-dim"> (you)</span>}
            </RowHead>
            <Cell label="E-mail" className="break-all">
              {member.person.email}
            </Cell>
            <Cell label="Role">
              <RoleChoice member={member} />
            </Cell>
            <Cell label="Second step">
              {member.person.twoFactor ? (
                <Badge tone="ok" icon={<CheckIcon className="size-3.5" />}>
                  On
                </Badge>
              ) : (
                <span className="text-dim">Off</span>
              )}
            </Cell>
            <Cell label="Joined">
              <Moment at={member.joinedAt} />
            </Cell>
            <ActionCell className="align-baseline">
              {(isMe || assigns(member.role)) && (
                <Button
                  look="quiet"
                  size="small"
                  onClick={() => onRemove(member)}
                  aria-label={`${isMe ? 'Leave' : 'Remove'}: ${member.person.name}`}
                >
                  {isMe ? 'Leave' : 'Remove'}
                </Button>
              )}
            </ActionCell>
          </Row>
        )
      })}
    </Table>
  )
}

function RoleChoice({ member }: { member: Member }) {
  const { id } = useOrganization()
  const assigns = useAssigns()
  const change = useChange(
    async (role: Role) => {
      try {
        return await client.members.setRole(id, member.id, role, { ifVersion: member.version })
      } catch (error) {
        tellFailed(`The role of ${member.person.name} is as it was`, (error as Error).message)
        throw error
      }
    },
    ({ receipt }) => tellDone(tellReceipt('Role changed', receipt), member.person.name),
  )
  if (!assigns(member.role)) return <>{ROLE_TEXTS[member.role].label}</>
  return (
    <Select
      aria-label={`Role of ${member.person.name}`}
      value={member.role}
      disabled={change.busy}
      onChoose={(role) => void change.run(role as Role)}
      options={ROLES.filter((role) => assigns(role)).map((role) => ({ value: role, label: ROLE_TEXTS[role].label }))}
    />
  )
}
