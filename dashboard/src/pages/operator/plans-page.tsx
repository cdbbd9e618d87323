import type { PlanList } from '@claviger/sdk'
import { useSuspenseQuery } from '@tanstack/react-query'
import { plansQuery } from '../../data/queries.ts'
import { counted } from '../../text/counts.ts'
import { limitText } from '../../text/limits.ts'
import { listed } from '../../text/words.ts'
import { Badge } from '../../ui/badge.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'

/** What organizations can be put on, as the product file has it. */
export function PlansPage() {
  const { data: plans } = useSuspenseQuery(plansQuery)
  return (
    <>
      <header className="grid gap-1">
        <h1 className="font-semibold text-xl">Plans</h1>
        <p className="max-w-prose text-dim">
          They stand in the product file; what is changed there holds once the server has started anew. An organization
          is put on another one on its own page.
        </p>
      </header>
      {plans.gone.length > 0 && <Gone gone={plans.gone} />}
      <PlanTable plans={plans.items} />
    </>
  )
}

function Gone({ gone }: Pick<PlanList, 'gone'>) {
  const each = gone.map(({ id, organizations }) => `${id} (${counted(organizations, 'organization', 'organizations')})`)
  return (
    <Notice tone="warn" title={`No longer in the product file: ${listed(each)}`}>
      Nothing caps the keys of an organization whose plan is gone. Put it on another one.
    </Notice>
  )
}

function PlanTable({ plans }: { plans: PlanList['items'] }) {
  return (
    <Table
      label="Plans"
      head={
        <>
          <Head>Plan</Head>
          <Head>Active keys</Head>
          <Head>Keys can hold</Head>
          <Head>Rate limit of a new key</Head>
          <Head>Chosen by</Head>
          <Head align="right">Organizations</Head>
        </>
      }
    >
      {plans.map(({ id, label, maxKeys, scopes, defaultRateLimit, selfService, organizations }, index) => (
        <Row key={id}>
          <RowHead>
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="font-medium">{label}</span>
              {index === 0 && <Badge>New organizations</Badge>}
            </span>
            <code className="break-all font-mono text-dim text-sm">{id}</code>
          </RowHead>
          <Cell label="Active keys">{maxKeys === null ? 'Any number' : `${maxKeys.toLocaleString('en')} at most`}</Cell>
          <Cell label="Keys can hold">
            {scopes === null ? 'Every scope' : <span className="break-words font-mono">{scopes.join(', ')}</span>}
          </Cell>
          <Cell label="Rate limit">
            {defaultRateLimit === null ? <span className="text-dim">None</span> : limitText(defaultRateLimit)}
          </Cell>
          <Cell label="Chosen by">{selfService ? 'Owners and operators' : 'Operators'}</Cell>
          <Cell label="Organizations" className="text-right">
            {organizations.toLocaleString('en')}
          </Cell>
        </Row>
      ))}
    </Table>
  )
}
