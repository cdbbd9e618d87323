import type { Organization, PlanTerms } from '@claviger/sdk'
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { operatedQuery, plansQuery } from '../../data/queries.ts'
import { paths } from '../../paths.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Input } from '../../ui/field.tsx'
import { CheckIcon, PauseIcon, PlusIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { MoreButton } from '../more-button.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { CreateOrganizationDialog } from './create-organization-dialog.tsx'

export function OrganizationsPage() {
  const [typed, setTyped] = useState('')
  const [externalId, setExternalId] = useState('')
  const [creating, setCreating] = useState(false)
  const { data: plans } = useSuspenseQuery(plansQuery)
  const list = useInfiniteQuery(operatedQuery(externalId))
  const found = list.data?.pages.flatMap(({ items }) => items)
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">Organizations</h1>
        <Button look="primary" onClick={() => setCreating(true)}>
          <PlusIcon />
          Create organization
        </Button>
      </header>
      <search>
        <form
          className="flex flex-wrap gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            setExternalId(typed.trim())
          }}
        >
          <span className="basis-72">
            <Input
              type="search"
              aria-label="External id"
              placeholder="Whole external id"
              autoComplete="off"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value)
                if (event.target.value === '') setExternalId('')
              }}
            />
          </span>
          <Button type="submit">Find</Button>
        </form>
      </search>
      {list.error && <QueryFailure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <SkeletonRows label="Loading organizations" />}
      {found?.length === 0 && (
        <Empty title={externalId === '' ? 'No organization yet' : 'No match'}>
          {externalId === ''
            ? 'An organization is a customer of yours, with its keys and its people.'
            : 'No organization has this external id. It is compared whole, letter by letter.'}
        </Empty>
      )}
      {found && found.length > 0 && (
        <OrganizationTable organizations={found} plans={plans.items} stale={list.isPlaceholderData} />
      )}
      <MoreButton list={list} />
      {creating && <CreateOrganizationDialog plans={plans.items} onClose={() => setCreating(false)} />}
    </>
  )
}

interface OrganizationTableProps {
  organizations: readonly Organization[]
  plans: readonly PlanTerms[]
  stale: boolean
}

function OrganizationTable({ organizations, plans, stale }: OrganizationTableProps) {
  return (
    <Table
      label="Organizations"
      stale={stale}
      head={
        <>
          <Head>Name</Head>
          <Head>External id</Head>
          <Head>Plan</Head>
          <Head>State</Head>
          <Head>Created</Head>
        </>
      }
    >
      {organizations.map(({ id, name, externalId, plan, suspendedAt, createdAt }) => (
        <Row key={id}>
          <RowHead className="font-medium">
            <Link {...paths.operatorOrganization(id)} className="break-words underline underline-offset-3">
              {name}
            </Link>
          </RowHead>
          <Cell label="External id" className="break-all font-mono">
            {externalId ?? <span className="font-sans text-dim">None</span>}
          </Cell>
          <Cell label="Plan">{plans.find((one) => one.id === plan)?.label ?? plan}</Cell>
          <Cell label="State">
            {suspendedAt === null ? (
              <Badge tone="ok" icon={<CheckIcon className="size-3.5" />}>
                Running
              </Badge>
            ) : (
              <Badge tone="danger" icon={<PauseIcon className="size-3.5" />}>
                Suspended
              </Badge>
            )}
          </Cell>
          <Cell label="Created">
            <Moment at={createdAt} />
          </Cell>
        </Row>
      ))}
    </Table>
  )
}
