import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { client } from '../../data/client.ts'
import { keyDenialsQuery, keyEventsSinceQuery, liveCallersQuery } from '../../data/compromise-queries.ts'
import { denialSentence, verdictLabel } from '../../text/denials.ts'
import { DAY_MS } from '../../text/times.ts'
import { Field } from '../../ui/field.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Select } from '../../ui/select.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { AuditTable } from '../audit-table.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { SaveButton } from '../save-button.tsx'
import { useOrganization } from '../use-organization.ts'
import { callersAsCsv } from './callers-csv.ts'
import { CallersTable } from './callers-table.tsx'
import { Step } from './step.tsx'
import type { StepProps } from './step-props.ts'

const SPANS = [7, 30] as const
/** Whoever was first seen within it is marked. */
const NEW_MS = 7 * DAY_MS
const SHOWN = 20

/** What happened lately, to look at: what of it is right, people know. */
export function ReviewStep({ compromise: { key } }: StepProps) {
  const [days, setDays] = useState<number>(SPANS[0])
  // Fixed to the minute: a moment that moves on would be another question each time.
  const [opened] = useState(() => Math.floor(Date.now() / 60_000) * 60_000)
  const from = opened - days * DAY_MS
  return (
    <Step
      number={4}
      title="Review recent activity"
      about="Look for addresses, programs and changes that are not yours. Callers that were first seen within the last seven days are marked as new."
      done={null}
      standing={null}
    >
      <Field label="Show">
        {(control) => (
          <Select
            {...control}
            className="w-full max-w-60"
            value={String(days)}
            options={SPANS.map((span) => ({ value: String(span), label: `The last ${span} days` }))}
            onChoose={(value) => setDays(Number(value))}
          />
        )}
      </Field>
      <Callers keyId={key.id} name={key.name} from={from} newSince={opened - NEW_MS} />
      <Refused keyId={key.id} from={from} />
      <Events keyId={key.id} name={key.name} from={new Date(from).toISOString()} />
    </Step>
  )
}

function Callers({ keyId, name, from, newSince }: { keyId: string; name: string; from: number; newSince: number }) {
  const { id } = useOrganization()
  const { data, error, refetch } = useQuery(liveCallersQuery(id, keyId))
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading callers" />
  const callers = data.items.filter(({ lastSeenAt }) => Date.parse(lastSeenAt) >= from)
  return (
    <Part
      title="Callers"
      action={<SaveButton fileName={`${name} callers.csv`} read={async () => callersAsCsv(callers)} />}
    >
      {callers.length === 0 ? (
        <p className="text-dim">Nobody has used it in this time.</p>
      ) : (
        <CallersTable label={`Callers of ${name}`} callers={callers} newSince={newSince} />
      )}
    </Part>
  )
}

function Refused({ keyId, from }: { keyId: string; from: number }) {
  const { id } = useOrganization()
  const { data, error, refetch } = useQuery(keyDenialsQuery(id, keyId))
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading refused requests" />
  const denials = data.items.filter(({ at }) => Date.parse(at) >= from)
  return (
    <Part title="Refused requests">
      {denials.length === 0 ? (
        <p className="text-dim">None. They are kept for seven days.</p>
      ) : (
        <Table
          label="Refused requests, newest first"
          head={
            <>
              <Head>When</Head>
              <Head>From</Head>
              <Head>Why</Head>
              <Head>Request id</Head>
            </>
          }
        >
          {denials.slice(0, SHOWN).map((denied) => (
            <Row key={`${denied.requestId} ${denied.at}`}>
              <RowHead>
                <Moment at={denied.at} />
              </RowHead>
              <Cell label="From" className="font-mono text-sm">
                {denied.ip ?? '–'}
              </Cell>
              <Cell label="Why">
                <div>
                  {verdictLabel(denied.code)}
                  <span className="block text-dim text-sm">{denialSentence(denied.code)}</span>
                </div>
              </Cell>
              <Cell label="Request id" className="break-all font-mono text-sm">
                {denied.requestId}
              </Cell>
            </Row>
          ))}
        </Table>
      )}
      {denials.length > SHOWN && (
        <p className="text-dim text-sm">{`And ${denials.length - SHOWN} more in the last seven days; the latest hundred are kept.`}</p>
      )}
    </Part>
  )
}

function Events({ keyId, name, from }: { keyId: string; name: string; from: string }) {
  const { id } = useOrganization()
  const { data, error, refetch } = useQuery(keyEventsSinceQuery(id, keyId, from))
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading the audit log" />
  const read = async () => {
    let text = ''
    for await (const piece of client.audit.exportText({ organizationId: id }, 'csv', { target: keyId, from }))
      text += piece
    return text
  }
  return (
    <Part title="Changes" action={<SaveButton fileName={`${name} audit.csv`} read={read} />}>
      <AuditTable label={`Changes of ${name}`} events={data.items} withTarget={false} />
    </Part>
  )
}

function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{title}</h3>
        {action}
      </div>
      {children}
    </section>
  )
}
