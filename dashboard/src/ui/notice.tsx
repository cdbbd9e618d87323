import type { ReactNode } from 'react'
import { AlertIcon } from './icons.tsx'

const TONES = {
  info: 'border-line bg-info-wash text-ink',
  warn: 'border-warn/30 bg-warn-wash text-ink',
  danger: 'border-danger/30 bg-danger-wash text-ink',
} as const

const SYMBOLS = { info: 'text-dim', warn: 'text-warn', danger: 'text-danger' } as const

interface NoticeProps {
  tone?: keyof typeof TONES
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
  /** True: it is read out as soon as it appears. */
  live?: boolean
}

/** Something to know, at the place where it matters. */
export function Notice({ tone = 'info', title, children, actions, live = false }: NoticeProps) {
  return (
    <div
      role={live ? 'alert' : undefined}
      className={`flex items-start gap-3 rounded-lg border px-3.5 py-3 ${TONES[tone]}`}
    >
      <span className={`mt-[3px] ${SYMBOLS[tone]}`}>
        <AlertIcon />
      </span>
      <div className="grid min-w-0 flex-1 gap-1 break-words">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="text-dim">{children}</div>}
        {actions && <div className="mt-1 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}
