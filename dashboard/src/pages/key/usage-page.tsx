import type { Usage } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keyUsageQuery } from '../../data/queries.ts'
import { acceptedIn, counted, deniedIn } from '../../text/counts.ts'
import { denialSentence, verdictLabel } from '../../text/denials.ts'
import { DAY_MS } from '../../text/times.ts'
import { Bars } from '../../ui/bars.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Select } from '../../ui/select.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { useKey } from './key-layout.tsx'

const SPANS = {
  day: { label: 'Last 24 hours, by the hour', days: 1, bucket: 'hour' },
  week: { label: 'Last 7 days, by the hour', days: 7, bucket: 'hour' },
  month: { label: 'Last 30 days, by the day', days: 30, bucket: 'day' },
} as const

const HOUR_MS = 3_600_000

export function UsagePage() {
  const { id } = useOrganization()
  const key = useKey()
  const [span, setSpan] = useState<keyof typeof SPANS>('week')
  // From whole hours, so that the question stays the same while the page is open.
  const [now] = useState(() => Math.ceil(Date.now() / HOUR_MS) * HOUR_MS)
  const { days, bucket } = SPANS[span]
  const from = new Date(now - days * DAY_MS).toISOString()
  const { data, error, refetch } = useQuery(
    keyUsageQuery(id, key.id, { from, to: new Date(now).toISOString(), bucket }),
  )
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  return (
    <div className="grid gap-6">
      <Select
        aria-label="Period"
        className="w-fit"
        value={span}
        onChoose={(value) => setSpan(value as keyof typeof SPANS)}
        options={Object.entries(SPANS).map(([value, { label }]) => ({ value, label }))}
      />
      {data ? <Found usage={data} /> : <SkeletonRows label="Loading usage" />}
    </div>
  )
}

function Found({ usage }: { usage: Usage }) {
  const accepted = acceptedIn(usage.totals)
  const denied = deniedIn(usage.totals)
  if (accepted + denied === 0) {
    return <Empty title="No requests">In this period nobody has used the key.</Empty>
  }
  const busy = usage.items.filter(({ counts }) => acceptedIn(counts) + deniedIn(counts) > 0)
  return (
    <>
      <section aria-label="At a glance" className="grid gap-3">
        <p className="flex flex-wrap gap-x-6 gap-y-1">
          <Figure value={accepted} label="accepted" swatch="bg-accent-ink" />
          <Figure value={denied} label="refused" swatch="bg-danger" />
        </p>
        <Bars
          label={`${counted(accepted, 'request', 'requests')} accepted and ${denied.toLocaleString('en')} refused; the table below has the numbers.`}
          bars={usage.items.map(({ start, counts }) => ({
            start: bucketName(start, usage.bucket),
            label: `${bucketName(start, usage.bucket)}: ${acceptedIn(counts)} accepted, ${deniedIn(counts)} refused`,
            parts: [
              { value: acceptedIn(counts), tone: 'accent' },
              { value: deniedIn(counts), tone: 'danger' },
            ],
          }))}
        />
      </section>
      {denied > 0 && <Reasons usage={usage} />}
      <section className="grid gap-2">
        <h2 className="font-semibold">{usage.bucket === 'hour' ? 'By the hour' : 'By the day'}</h2>
        <div className="max-h-96 overflow-y-auto">
          <Table
            label="Requests over time"
            head={
              <>
                <Head>{usage.bucket === 'hour' ? 'Hour' : 'Day (UTC)'}</Head>
                <Head align="right">Accepted</Head>
                <Head align="right">Refused</Head>
              </>
            }
          >
            {busy.toReversed().map(({ start, counts }) => (
              <Row key={start}>
                <RowHead>{bucketName(start, usage.bucket)}</RowHead>
                <Cell label="Accepted" className="text-right">
                  {acceptedIn(counts).toLocaleString('en')}
                </Cell>
                <Cell label="Refused" className="text-right">
                  {deniedIn(counts).toLocaleString('en')}
                </Cell>
              </Row>
            ))}
          </Table>
        </div>
      </section>
    </>
  )
}

function Figure({ value, label, swatch }: { value: number; label: string; swatch: string }) {
  return (
    <span className="flex items-baseline gap-2">
      <span aria-hidden="true" className={`size-2.5 rounded-sm ${swatch}`} />
      <span className="font-semibold text-lg">{value.toLocaleString('en')}</span>
      <span className="text-dim">{label}</span>
    </span>
  )
}

function Reasons({ usage }: { usage: Usage }) {
  const reasons = Object.entries(usage.totals).filter(([code]) => code !== 'VALID')
  return (
    <section className="grid gap-2">
      <h2 className="font-semibold">Why requests were refused</h2>
      <Table
        label="Refused requests by reason"
        head={
          <>
            <Head>Outcome</Head>
            <Head>What it means</Head>
            <Head align="right">Requests</Head>
          </>
        }
      >
        {reasons.map(([code, count]) => (
          <Row key={code}>
            <RowHead className="whitespace-nowrap">{verdictLabel(code)}</RowHead>
            <Cell label="What it means" className="min-w-64 text-dim">
              {denialSentence(code)}
            </Cell>
            <Cell label="Requests" className="text-right">
              {(count ?? 0).toLocaleString('en')}
            </Cell>
          </Row>
        ))}
      </Table>
    </section>
  )
}

/** Hours in the viewer's zone; days begin at midnight in UTC, so they are named there. */
function bucketName(start: string, bucket: Usage['bucket']): string {
  return bucket === 'day'
    ? new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
        new Date(start),
      )
    : new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(
        new Date(start),
      )
}
