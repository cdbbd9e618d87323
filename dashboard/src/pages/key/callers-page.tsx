import { useQuery } from '@tanstack/react-query'
import { keyCallersQuery } from '../../data/queries.ts'
import { counted } from '../../text/counts.ts'
import { verdictLabel } from '../../text/denials.ts'
import { Badge } from '../../ui/badge.tsx'
import { Empty } from '../../ui/empty.tsx'
import { CheckIcon, ClockIcon, CrossIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { useKey } from './key-layout.tsx'

/** The systems seen using a key: whom a change of it would touch. */
export function CallersPage() {
  const { id } = useOrganization()
  const key = useKey()
  const { data, error, refetch } = useQuery(keyCallersQuery(id, key.id))
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading callers" />
  if (data.items.length === 0) {
    return (
      <Empty title="Nobody yet">
        No system has used this key. Each one that does is listed here, with where it runs.
      </Empty>
    )
  }
  return (
    <div className="grid gap-3">
      <Table
        label="Callers"
        head={
          <>
            <Head>Client</Head>
            <Head>From</Head>
            <Head>Secret</Head>
            <Head>First seen</Head>
            <Head>Last seen</Head>
            <Head align="right">Requests</Head>
            <Head>Last outcome</Head>
          </>
        }
      >
        {data.items.map((caller) => (
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
            <Cell label="Secret">
              {caller.secret === 'previous' ? (
                <Badge tone="warn" icon={<ClockIcon className="size-3.5" />}>
                  Old
                </Badge>
              ) : (
                'Current'
              )}
            </Cell>
            <Cell label="First seen">
              <Moment at={caller.firstSeenAt} />
            </Cell>
            <Cell label="Last seen">
              <Moment at={caller.lastSeenAt} />
            </Cell>
            <Cell label="Requests" className="text-right">
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
      {data.others > 0 && (
        <p className="text-dim text-sm">{`And ${counted(data.others, 'request', 'requests')} from callers seen longer ago.`}</p>
      )}
    </div>
  )
}
