import type { ApiKey, KeyCaller, RemovalCheck } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { removalCheckQuery } from '../../data/queries.ts'
import { counted } from '../../text/counts.ts'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Prefix } from '../keys/key-columns.tsx'
import { QueryFailure } from '../query-failure.tsx'

/** Who would break, as it is at this moment; undefined while it is not known yet. */
export function useRemovalCheck(apiKey: ApiKey) {
  return useQuery(removalCheckQuery(apiKey.organizationId ?? '', apiKey.id))
}

/** Whether nothing can stop working any more: every request with it is refused for good. */
export function isOver({ status }: Pick<ApiKey, 'status'>): boolean {
  return status === 'revoked'
}

interface UsageFactsProps {
  apiKey: ApiKey
  check: ReturnType<typeof useRemovalCheck>
  /** What it means for whatever uses the key now. */
  inUse?: string
}

/** What is known of a key's use, before something is done that ends it. */
export function UsageFacts({ apiKey, check, inUse = 'What uses it stops working at once.' }: UsageFactsProps) {
  if (check.error) return <QueryFailure error={check.error} onRetry={() => void check.refetch()} />
  const { data } = check
  return (
    <div className="grid gap-3">
      {data?.verdict === 'in-use' && isOver(apiKey) && (
        <Notice>Every request with it is refused already. What is told here was before that.</Notice>
      )}
      {data?.verdict === 'in-use' && !isOver(apiKey) && (
        <Notice tone="warn" title="This key is in use">
          {`It was accepted within the last 24 hours. ${inUse}`}
        </Notice>
      )}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded-lg border border-line px-3.5 py-3">
        <Fact name="Key">
          <bdi className="font-medium">{apiKey.name}</bdi> <Prefix>{apiKey.prefix}</Prefix>
        </Fact>
        <Fact name="Last used">
          {data ? data.lastUsedAt === null ? 'Never used' : <Moment at={data.lastUsedAt} /> : <Skeleton />}
        </Fact>
        <Fact name="Last 24 h">{data ? inDay(data) : <Skeleton />}</Fact>
        <Fact name="Used by">{data ? <Callers callers={data.callers} /> : <Skeleton className="h-4 w-48" />}</Fact>
      </dl>
    </div>
  )
}

function inDay({ requests, denied }: RemovalCheck): string {
  const accepted = counted(requests.day, 'request', 'requests')
  return denied.day === 0 ? accepted : `${accepted}, ${denied.day.toLocaleString('en')} refused`
}

const SHOWN = 5

function Callers({ callers }: { callers: readonly KeyCaller[] }) {
  if (callers.length === 0) return <>Nobody in seven days</>
  return (
    <ul className="grid gap-0.5">
      {callers.slice(0, SHOWN).map((caller) => (
        <li key={`${caller.ip} ${caller.userAgent} ${caller.client} ${caller.secret}`} className="break-words">
          {callerName(caller)}
        </li>
      ))}
      {callers.length > SHOWN && <li className="text-dim">{`and ${callers.length - SHOWN} more`}</li>}
    </ul>
  )
}

/** What it calls itself, what it runs on, and where it is. */
export function callerName({ client, userAgent, ip }: Pick<KeyCaller, 'client' | 'userAgent' | 'ip'>): string {
  const name = client ?? userAgent ?? 'Unknown client'
  return ip === null ? name : `${name}, ${ip}`
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
