import { useQuery } from '@tanstack/react-query'
import { client } from '../../data/client.ts'
import { mySessionsQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ActionCell, Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'

/** Every browser that is signed in, and how to end that. */
export function Sessions() {
  const { data, error, refetch } = useQuery(mySessionsQuery)
  const end = useChange(
    (session: string) => client.people.endSession(session),
    () => tellDone('Session ended'),
  )
  const endOthers = useChange(
    () => client.people.endOtherSessions(),
    () => tellDone('All other sessions ended'),
  )
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading sessions" rows={2} />
  const others = data.items.filter(({ current }) => !current)
  return (
    <>
      <Table
        label="Sessions"
        head={
          <>
            <Head>Browser</Head>
            <Head>IP address</Head>
            <Head>Last seen</Head>
            <Head className="text-end">
              <span className="sr-only">Actions</span>
            </Head>
          </>
        }
      >
        {data.items.map(({ id, userAgent, ip, lastSeenAt, current }) => (
          <Row key={id}>
            <RowHead className="break-words text-sm">
              {userAgent ?? 'Unknown'}
              {current && <span className="text-dim"> (this one)</span>}
            </RowHead>
            <Cell label="IP address">{ip ?? 'Unknown'}</Cell>
            <Cell label="Last seen">
              <Moment at={lastSeenAt} />
            </Cell>
            <ActionCell className="align-baseline">
              {!current && (
                <Button
                  look="quiet"
                  size="small"
                  busy={end.busy}
                  onClick={() => void end.run(id)}
                  aria-label={`End: ${userAgent ?? 'unknown browser'}, ${ip ?? 'unknown address'}`}
                >
                  End
                </Button>
              )}
            </ActionCell>
          </Row>
        ))}
      </Table>
      <RefusalNotice error={end.error ?? endOthers.error} />
      {others.length > 0 && (
        <Button className="justify-self-start" busy={endOthers.busy} onClick={() => void endOthers.run(undefined)}>
          End all others
        </Button>
      )}
    </>
  )
}
