import { bothTimes, relativeTime } from '../text/times.ts'
import { hinted } from './tooltip.tsx'
import { useNow } from './use-now.ts'

/** A time relative to now; the exact one, in the viewer's zone and in UTC, for whoever points at it or tabs to it. */
export function Moment({ at, className = '' }: { at: string; className?: string }) {
  const now = useNow()
  const times = bothTimes(at)
  return (
    <time
      {...hinted(times)}
      dateTime={at}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time must be in reach of the keyboard.
      tabIndex={0}
      aria-description={times.join('; ')}
      className={`whitespace-nowrap rounded-sm underline decoration-line-strong/50 decoration-dotted underline-offset-3 ${className}`}
    >
      {relativeTime(at, now)}
    </time>
  )
}
