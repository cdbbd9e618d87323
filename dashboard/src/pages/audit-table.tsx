import type { AuditEvent } from '@claviger/sdk'
import { actionLabel, changedFields } from '../text/changes.ts'
import { Badge } from '../ui/badge.tsx'
import { CheckIcon, CrossIcon } from '../ui/icons.tsx'
import { Moment } from '../ui/moment.tsx'
import { Cell, Head, Row, RowHead, Table } from '../ui/table.tsx'

/** Who did what, to what, from where, when, and what came of it. */
export function AuditTable({
  label,
  events,
  withTarget,
}: {
  label: string
  events: readonly AuditEvent[]
  withTarget: boolean
}) {
  return (
    <Table
      label={label}
      head={
        <>
          <Head>What</Head>
          <Head>Who</Head>
          {withTarget && <Head>Target</Head>}
          <Head>From</Head>
          <Head>When</Head>
          <Head>Result</Head>
          <Head>Change</Head>
        </>
      }
    >
      {events.map((event) => (
        <Row key={event.id}>
          <RowHead className="whitespace-nowrap font-medium">{actionLabel(event.action)}</RowHead>
          <Cell label="Who" className="min-w-28 max-w-56 wrap-anywhere">
            <div>
              <bdi>{event.actor.name}</bdi>
              <span className="block text-dim text-sm">{event.actor.type.replace('-', ' ')}</span>
            </div>
          </Cell>
          {withTarget && (
            <Cell label="Target" className="min-w-44 max-w-64 wrap-anywhere">
              <div>
                <bdi>{event.target.name}</bdi>
                <span className="block font-mono text-dim text-xs">{event.target.id}</span>
              </div>
            </Cell>
          )}
          <Cell label="From" className="font-mono text-sm">
            {event.actor.ip ?? '–'}
          </Cell>
          <Cell label="When">
            <Moment at={event.at} />
          </Cell>
          <Cell label="Result">
            {event.outcome === 'success' ? (
              <Badge tone="ok" icon={<CheckIcon className="size-3.5" />}>
                Done
              </Badge>
            ) : (
              <Badge tone="danger" icon={<CrossIcon className="size-3.5" />}>
                Refused
              </Badge>
            )}
          </Cell>
          <Cell label="Change" className="min-w-52 max-w-96 wrap-anywhere text-sm">
            <Changes event={event} />
          </Cell>
        </Row>
      ))}
    </Table>
  )
}

function Changes({ event }: { event: AuditEvent }) {
  const fields = changedFields(event)
  if (fields.length === 0) return <span className="text-dim">–</span>
  return (
    <ul className="grid gap-0.5">
      {fields.map(({ field, before, after }) => (
        <li key={field}>
          <span className="text-dim">{field}: </span>
          {before !== null && (
            <>
              <del className="text-dim">{before}</del>
              <span aria-hidden="true"> → </span>
            </>
          )}
          <ins className="no-underline">{after ?? 'none'}</ins>
        </li>
      ))}
    </ul>
  )
}
