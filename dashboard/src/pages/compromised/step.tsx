import type { ReactNode } from 'react'
import { Badge } from '../../ui/badge.tsx'
import { CheckIcon, ClockIcon } from '../../ui/icons.tsx'

interface StepProps {
  number: number
  title: string
  /** Why, in a sentence. */
  about: string
  /** What was done and when; null: it is still to do. */
  done: ReactNode
  /** For a step that is never over: how it stands. */
  standing?: ReactNode
  children?: ReactNode
}

/** One of the things to do, and whether it is done. */
export function Step({ number, title, about, done, standing, children }: StepProps) {
  return (
    <li className="grid gap-3 border-line border-t pt-5">
      <section aria-label={title} className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <div className="grid gap-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 className="font-semibold text-lg">{`${number}. ${title}`}</h2>
            {standing !== undefined ? (
              standing
            ) : done ? (
              <Badge tone="ok" icon={<CheckIcon className="size-3.5" />}>
                Done
              </Badge>
            ) : (
              <Badge tone="warn" icon={<ClockIcon className="size-3.5" />}>
                To do
              </Badge>
            )}
          </div>
          <p className="max-w-prose text-dim">{about}</p>
        </div>
        {done && <p>{done}</p>}
        {children}
      </section>
    </li>
  )
}
