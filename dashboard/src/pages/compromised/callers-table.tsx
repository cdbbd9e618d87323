import type { KeyCaller } from '@claviger/sdk'
import { verdictLabel } from '../../text/denials.ts'
import { Badge } from '../../ui/badge.tsx'
import { AlertIcon, CheckIcon, CrossIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'

interface CallersTableProps {
  label: string
  callers: readonly KeyCaller[]
  /** Who was first seen since then is marked; null: nobody is. */
  newSince: number | null
}

/** Who tries a key, and from where. */
export function CallersTable({ label, callers, newSince }: CallersTableProps) {
  return (
    <Table
      label={label}
      head={
        <>
          <Head>Client</Head>
          <Head>From</Head>
          <Head>First seen</Head>
          <Head>Last seen</Head>
          <Head align="right">Requests in all</Head>
          <Head>Last outcome</Head>
        </>
      }
    >
      {callers.map((caller) => (
        <Row key={`${caller.ip} ${caller.userAgent} ${caller.client} ${caller.secret}`}>
          <RowHead className="min-w-40 max-w-80 break-words">
            {caller.client ?? caller.userAgent ?? 'Unknown client'}
            {caller.client !== null && caller.userAgent !== null && (
              <span className="block text-dim text-sm">{caller.userAgent}</span>
            )}
          </RowHead>
          <Cell label="From" className="font-mono text-sm">
            {caller.ip ?? '–'}
          </Cell>
          <Cell label="First seen">
            <span className="inline-flex flex-wrap items-center gap-1.5">
              <Moment at={caller.firstSeenAt} />
              {newSince !== null && Date.parse(caller.firstSeenAt) >= newSince && (
                <Badge tone="warn" icon={<AlertIcon className="size-3.5" />}>
                  New
                </Badge>
              )}
            </span>
          </Cell>
          <Cell label="Last seen">
            <Moment at={caller.lastSeenAt} />
          </Cell>
          <Cell label="Requests in all" className="text-right">
            {caller.count.toLocaleString('en')}
          </Cell>
          <Cell label="Last outcome">
            {caller.lastCode === 'VALID' ? (
              <Badge tone="ok" icon={<CheckIcon className="size-3.5" />}>
                Accepted
              </Badge>
            ) : (
              <Badge tone="danger" icon={<CrossIcon className="size-3.5" />}>
                {verdictLabel(caller.lastCode)}
              </Badge>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  )
}
