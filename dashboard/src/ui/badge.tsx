import type { ReactNode } from 'react'

const TONES = {
  plain: 'border-line text-dim',
  // What is as it should be does not draw the eye.
  ok: 'border-transparent text-ok -ms-1',
  warn: 'border-warn/25 bg-warn-wash text-warn',
  danger: 'border-danger/25 bg-danger-wash text-danger',
} as const

export type Tone = keyof typeof TONES

/** An icon and a word; the colour only repeats what they say. */
export function Badge({ tone = 'plain', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-baseline gap-1 *:self-center whitespace-nowrap rounded-full border py-px pe-2 text-sm ${icon ? 'ps-1' : 'ps-2'} ${TONES[tone]}`}
    >
      {icon}
      {children}
    </span>
  )
}
