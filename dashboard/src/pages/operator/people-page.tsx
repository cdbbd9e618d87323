import type { PersonWithMemberships } from '@claviger/sdk'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { accountsQuery } from '../../data/queries.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { ROLE_TEXTS } from '../../text/roles.ts'
import { Button } from '../../ui/button.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { MoreButton } from '../more-button.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { AskDialog } from './ask-dialog.tsx'

/** Everybody with an account, and who of them runs the deployment. */
export function PeoplePage() {
  const list = useInfiniteQuery(accountsQuery)
  const [asked, setAsked] = useState<PersonWithMemberships | null>(null)
  const people = list.data?.pages.flatMap(({ items }) => items)
  return (
    <>
      <h1 className="font-semibold text-xl">People</h1>
      {list.error && <QueryFailure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <SkeletonRows label="Loading people" />}
      {people && (
        <Table
          label="People"
          head={
            <>
              <Head>Name</Head>
              <Head>E-mail</Head>
              <Head>Operator</Head>
              <Head>Second step</Head>
              <Head>Organizations</Head>
              <Head className="text-right">
                <span className="sr-only">Actions</span>
              </Head>
            </>
          }
        >
          {people.map((person) => (
            <PersonRow key={person.id} person={person} onAsk={() => setAsked(person)} />
          ))}
        </Table>
      )}
      <MoreButton list={list} />
      {asked && <OperatorDialog person={asked} onClose={() => setAsked(null)} />}
    </>
  )
}

function PersonRow({ person, onAsk }: { person: PersonWithMemberships; onAsk: () => void }) {
  const { name, email, operator, twoFactor, memberships } = person
  return (
    <Row>
      <RowHead className="font-medium">{name}</RowHead>
      <Cell label="E-mail" className="break-all">
        {email}
      </Cell>
      <Cell label="Operator">{operator ? 'Yes' : 'No'}</Cell>
      <Cell label="Second step">{twoFactor ? 'On' : 'Off'}</Cell>
      <Cell label="Organizations">
        {memberships.length === 0
          ? 'None'
          : memberships
              .map((one) => `${one.organization.name} (${ROLE_TEXTS[one.role].label.toLowerCase()})`)
              .join(', ')}
      </Cell>
      <Cell className="text-right">
        <Button
          size="small"
          onClick={onAsk}
          aria-label={`${operator ? 'No longer operator' : 'Make operator'}: ${name}`}
        >
          {operator ? 'No longer operator…' : 'Make operator…'}
        </Button>
      </Cell>
    </Row>
  )
}

function OperatorDialog({ person, onClose }: { person: PersonWithMemberships; onClose: () => void }) {
  const { id, name, operator } = person
  return (
    <AskDialog
      title={operator ? `Is ${name} no longer an operator?` : `Make ${name} an operator?`}
      about={
        operator
          ? 'What remains are the organizations that they belong to.'
          : 'Operators see every organization, and may change everything in this deployment.'
      }
      verb={operator ? 'No longer operator' : 'Make operator'}
      look={operator ? 'danger' : 'primary'}
      change={() => client.accounts.setOperator(id, !operator)}
      onDone={({ receipt }) => tellDone(tellReceipt(operator ? 'No longer operator' : 'Made operator', receipt), name)}
      onClose={onClose}
    />
  )
}
