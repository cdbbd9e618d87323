import { useQuery } from '@tanstack/react-query'
import { liveCallersQuery } from '../../data/compromise-queries.ts'
import { counted } from '../../text/counts.ts'
import { spanOf } from '../../text/times.ts'
import { Badge } from '../../ui/badge.tsx'
import { AlertIcon, CheckIcon, ClockIcon } from '../../ui/icons.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { CallersTable } from './callers-table.tsx'
import { Step } from './step.tsx'
import type { StepProps } from './step-props.ts'

/** Without an attempt for as long it is called silent. */
const SILENT_MS = 60 * 60 * 1_000

/** Who still knocks with the dead secret: what has to be given the new one, and whoever has no business with it. */
export function UpdateStep({ compromise }: StepProps) {
  const { id } = useOrganization()
  const { stopped, key } = compromise
  const { data, error, refetch } = useQuery({ ...liveCallersQuery(id, key.id), enabled: stopped !== null })
  const now = useNow()
  const knocking = stopped
    ? (data?.items.filter(({ lastSeenAt, lastCode }) => lastCode !== 'VALID' && lastSeenAt >= stopped.at) ?? [])
    : []
  const last = knocking.reduce((latest, { lastSeenAt }) => Math.max(latest, Date.parse(lastSeenAt)), 0)
  const quietFor = now - Math.max(last, Date.parse(stopped?.at ?? ''))
  return (
    <Step
      number={3}
      title="Update what used it"
      about="Whoever still comes with the dead secret is shown here as it happens: your own systems need the new one, and everybody else should never have had it."
      done={null}
      standing={stopped === null ? undefined : <Standing tried={knocking.length > 0} quietFor={quietFor} />}
    >
      {stopped === null && <p>Once it is stopped, this shows who still tries it.</p>}
      {error && <QueryFailure error={error} onRetry={() => void refetch()} />}
      {stopped !== null && !data && !error && <SkeletonRows label="Loading who still tries it" />}
      {data && stopped !== null && (
        <p role="status">
          {knocking.length === 0
            ? 'Nobody has tried the old secret since it was stopped.'
            : quietFor >= SILENT_MS
              ? `The last attempt with the old secret was ${spanOf(now - last)} ago.`
              : `${counted(knocking.length, 'caller', 'callers')} tried the old secret since it was stopped.`}
        </p>
      )}
      {knocking.length > 0 && <CallersTable label="Who still tries it" callers={knocking} newSince={null} />}
    </Step>
  )
}

/** A job that runs by the hour has not come yet when nobody has tried for a minute. */
function Standing({ tried, quietFor }: { tried: boolean; quietFor: number }) {
  if (quietFor >= SILENT_MS) {
    return (
      <Badge tone="ok" icon={<CheckIcon className="size-3.5" />}>
        Silent
      </Badge>
    )
  }
  return (
    <Badge
      tone={tried ? 'warn' : 'plain'}
      icon={tried ? <AlertIcon className="size-3.5" /> : <ClockIcon className="size-3.5" />}
    >
      {tried ? 'Still tried' : 'Watching'}
    </Badge>
  )
}
