import type { ApiKey } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keyUsageQuery } from '../../data/queries.ts'
import { acceptedIn, counted, deniedIn } from '../../text/counts.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Spark } from '../../ui/spark.tsx'

/** The last seven days, asked for once the row comes into sight; of a key that was never used there is nothing to ask. */
export function UsageSpark({ organization, apiKey }: { organization: string; apiKey: ApiKey }) {
  const [seen, setSeen] = useState(false)
  const used = apiKey.lastUsedAt !== null
  const { data } = useQuery({ ...keyUsageQuery(organization, apiKey.id, { bucket: 'day' }), enabled: seen && used })
  if (!used) return <span className="text-dim">–</span>
  if (!data)
    return <span ref={(element) => watch(element, () => setSeen(true))}>{<Skeleton className="h-5 w-14" />}</span>
  const accepted = counted(acceptedIn(data.totals), 'request', 'requests')
  return (
    <Spark
      values={data.items.map(({ counts }) => acceptedIn(counts) + deniedIn(counts))}
      label={`${accepted} and ${counted(deniedIn(data.totals), 'denial', 'denials')} in seven days`}
    />
  )
}

function watch(element: Element | null, onSeen: () => void): (() => void) | undefined {
  if (!element) return undefined
  const observer = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) onSeen()
  })
  observer.observe(element)
  return () => observer.disconnect()
}
