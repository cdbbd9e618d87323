import type { DepartedOwner, DepartureDecision, Member } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { departedQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { counted } from '../../text/counts.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { tellDone, tellFailed } from '../../ui/toast.tsx'
import { Prefix } from '../keys/key-columns.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'

/** Keys whose owners have left, each with a decision, all of them made in one go. */
export function Departed({ members }: { members: readonly Member[] }) {
  const { id, may } = useOrganization()
  const { data } = useQuery(departedQuery(id))
  const owners = data?.items ?? []
  if (owners.length === 0) return null
  const keys = owners.reduce((sum, owner) => sum + owner.keys.length, 0)
  return (
    <section aria-label="Keys of people who have left" className="grid gap-3">
      <Notice tone="warn" title={`${counted(keys, 'key belongs', 'keys belong')} to people who have left`}>
        {may('keys:write')
          ? 'What they made still works. Say for each key whether it is kept, handed over to somebody, or revoked.'
          : 'What they made still works. Somebody whose role lets them change keys decides what becomes of it.'}
      </Notice>
      {may('keys:write') && owners.map((owner) => <Owner key={owner.person.id} owner={owner} members={members} />)}
    </section>
  )
}

const KEEP = 'keep'
const REVOKE = 'revoke'

function Owner({ owner, members }: { owner: DepartedOwner; members: readonly Member[] }) {
  const { id, words } = useOrganization()
  const [choices, setChoices] = useState<Readonly<Record<string, string>>>({})
  const apply = useChange(
    () =>
      client.reports.resolveDeparted(
        id,
        owner.keys.slice(0, 100).map((key) => decide(key.id, choices[key.id] ?? KEEP)),
      ),
    ({ items, receipt }) => {
      const failed = items.filter(({ outcome }) => outcome !== 'done')
      if (failed.length === 0) return tellDone(tellReceipt('Decided', receipt), owner.person.name)
      tellFailed(
        `${counted(failed.length, 'key stays', 'keys stay')} as it was`,
        failed.map(({ message, outcome }) => message ?? outcome).join('; '),
      )
    },
  )
  const options = [
    { value: KEEP, label: 'Keep, without an owner' },
    ...members.map(({ person }) => ({ value: person.id, label: `Hand over to ${person.name}` })),
    { value: REVOKE, label: words.revoke },
  ]
  return (
    <div className="grid gap-2">
      <p>
        <span className="font-medium">{owner.person.name}</span>{' '}
        <span className="text-dim">
          left <Moment at={owner.leftAt} />
        </span>
      </p>
      <Table
        label={`Keys of ${owner.person.name}`}
        head={
          <>
            <Head>Key</Head>
            <Head>Last used</Head>
            <Head>What becomes of it</Head>
          </>
        }
      >
        {owner.keys.map((key) => (
          <Row key={key.id}>
            <RowHead>
              {key.name} <Prefix>{key.prefix}</Prefix>
            </RowHead>
            <Cell label="Last used">{key.lastUsedAt === null ? 'Never used' : <Moment at={key.lastUsedAt} />}</Cell>
            <Cell label="Decision">
              <Select
                aria-label={`What becomes of ${key.name}`}
                value={choices[key.id] ?? KEEP}
                options={options}
                onChoose={(choice) => setChoices({ ...choices, [key.id]: choice })}
              />
            </Cell>
          </Row>
        ))}
      </Table>
      <RefusalNotice error={apply.error} />
      <div>
        <Button look="primary" busy={apply.busy} onClick={() => void apply.run(undefined)}>
          {`Decide about ${counted(Math.min(owner.keys.length, 100), 'key', 'keys')}`}
        </Button>
      </div>
    </div>
  )
}

function decide(key: string, choice: string): DepartureDecision {
  if (choice === KEEP || choice === REVOKE) return { key, decision: choice }
  return { key, decision: 'hand-over', to: choice }
}
