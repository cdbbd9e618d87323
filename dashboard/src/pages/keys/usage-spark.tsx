import type { UsageByKey } from '@claviger/sdk'
import { acceptedIn, counted, deniedIn } from '../../text/counts.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Spark } from '../../ui/spark.tsx'

export type KeyUsage = UsageByKey['items'][number]

/** The last seven days of a key that was used. @param usage left out until it is known. */
export function UsageSpark({ usage }: { usage: KeyUsage | undefined }) {
  return (
    // Stands in the line of what is beside it, like a word.
    <span className="inline-block align-[-0.3em]">
      {usage ? <Told usage={usage} /> : <Skeleton className="h-5 w-14" />}
    </span>
  )
}

function Told({ usage }: { usage: KeyUsage }) {
  const accepted = counted(acceptedIn(usage.totals), 'request', 'requests')
  return (
    <Spark
      values={usage.items.map(({ counts }) => acceptedIn(counts) + deniedIn(counts))}
      label={`${accepted} and ${counted(deniedIn(usage.totals), 'denial', 'denials')} in seven days`}
    />
  )
}
