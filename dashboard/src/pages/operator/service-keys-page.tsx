import type { ApiKey } from '@claviger/sdk'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { serviceKeysQuery } from '../../data/queries.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { Prefix } from '../keys/key-columns.tsx'
import { MoreButton } from '../more-button.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useSecretBox } from '../secret/use-secret-box.ts'
import { StatusBadge } from '../status-badge.tsx'
import { AskDialog } from './ask-dialog.tsx'
import { CreateServiceKeyDialog } from './create-service-key-dialog.tsx'
import { type MadeServiceKey, NewServiceKey } from './new-service-key.tsx'

/** The credentials of the operator's own services. */
export function ServiceKeysPage() {
  const list = useInfiniteQuery(serviceKeysQuery)
  const [creating, setCreating] = useState(false)
  const made = useSecretBox<MadeServiceKey>()
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const keys = list.data?.pages.flatMap(({ items }) => items)
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">Service keys</h1>
        <Button look="primary" onClick={() => setCreating(true)}>
          <PlusIcon />
          Create service key
        </Button>
      </header>
      {list.error && <QueryFailure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <SkeletonRows label="Loading service keys" />}
      {keys?.length === 0 && (
        <Empty title="No service keys yet">Your own services use them to ask this server about keys.</Empty>
      )}
      {keys && keys.length > 0 && <ServiceKeyTable keys={keys} onRevoke={setRevoking} />}
      <MoreButton list={list} />
      {creating && <CreateServiceKeyDialog onMade={made.show} onClose={() => setCreating(false)} />}
      {made.box && <NewServiceKey box={made.box} onClose={made.empty} />}
      {revoking && (
        <AskDialog
          title={`Revoke ${revoking.name}?`}
          about="Whichever service uses it is refused from then on, for good."
          verb="Revoke"
          change={() => client.serviceKeys.revoke(revoking.id)}
          onDone={({ receipt }) => tellDone(tellReceipt('Revoked', receipt), revoking.name)}
          onClose={() => setRevoking(null)}
        />
      )}
    </>
  )
}

function ServiceKeyTable({ keys, onRevoke }: { keys: readonly ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  return (
    <Table
      label="Service keys"
      head={
        <>
          <Head>Name</Head>
          <Head>Status</Head>
          <Head>Scopes</Head>
          <Head>Last used</Head>
          <Head>Created</Head>
          <Head className="text-right">
            <span className="sr-only">Actions</span>
          </Head>
        </>
      }
    >
      {keys.map((key) => (
        <Row key={key.id}>
          <RowHead className="font-medium">
            {key.name} <Prefix>{key.prefix}</Prefix>
          </RowHead>
          <Cell label="Status">
            <StatusBadge status={key.status} />
          </Cell>
          <Cell label="Scopes" className="font-mono">
            {key.scopes.join(', ')}
          </Cell>
          <Cell label="Last used">{key.lastUsedAt === null ? 'Never used' : <Moment at={key.lastUsedAt} />}</Cell>
          <Cell label="Created">
            <Moment at={key.createdAt} />
          </Cell>
          <Cell className="text-right">
            {key.status !== 'revoked' && (
              <Button size="small" onClick={() => onRevoke(key)} aria-label={`Revoke: ${key.name}`}>
                Revoke…
              </Button>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  )
}
