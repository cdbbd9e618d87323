import type { ReactNode } from 'react'

interface EmptyProps {
  title: string
  /** One sentence. */
  children: ReactNode
  action?: ReactNode
}

/** Where there is nothing: what it would be, and what to do about it. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-3 rounded-lg border border-line border-dashed px-6 py-14 text-center">
      <h2 className="font-semibold text-lg">{title}</h2>
      <p className="max-w-prose text-balance text-dim">{children}</p>
      {action && <div className="mt-1 flex flex-wrap items-center justify-center gap-x-4 gap-y-2">{action}</div>}
    </div>
  )
}
