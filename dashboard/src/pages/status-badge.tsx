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

interface StatusBadgeProps {
  status: Status
  /** No key has it, so there is nothing to draw the eye to. */
  idle?: boolean
}

export function StatusBadge({ status, idle = false }: StatusBadgeProps) {
  const { label, tone, icon: symbol } = STATUS_LOOKS[status]
  return (
    <Badge tone={idle ? 'plain' : tone} icon={symbol}>
      {label}
    </Badge>
  )
}
