import type { Status } from '@claviger/core'
import type { ReactNode } from 'react'
import { Badge, type Tone } from '../ui/badge.tsx'
import { BanIcon, CheckIcon, ClockIcon, PauseIcon } from '../ui/icons.tsx'

const icon = 'size-3.5'

export const STATUS_LOOKS: Readonly<Record<Status, { label: string; tone: Tone; icon: ReactNode }>> = {
  active: { label: 'Active', tone: 'ok', icon: <CheckIcon className={icon} /> },
  pending: { label: 'Pending', tone: 'warn', icon: <ClockIcon className={icon} /> },
  disabled: { label: 'Disabled', tone: 'warn', icon: <PauseIcon className={icon} /> },
  expired: { label: 'Expired', tone: 'plain', icon: <ClockIcon className={icon} /> },
  revoked: { label: 'Revoked', tone: 'danger', icon: <BanIcon className={icon} /> },
}

export function StatusBadge({ status }: { status: Status }) {
  const { label, tone, icon: symbol } = STATUS_LOOKS[status]
  return (
    <Badge tone={tone} icon={symbol}>
      {label}
    </Badge>
  )
}
