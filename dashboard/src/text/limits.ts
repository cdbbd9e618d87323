import type { ApiKey } from '@claviger/sdk'
import { counted } from './counts.ts'

/** `600 requests in 60 s`. */
export function limitText({ limit, windowSeconds }: NonNullable<ApiKey['rateLimit']>): string {
  return `${counted(limit, 'request', 'requests')} in ${windowSeconds.toLocaleString('en')} s`
}

/** `950 left, 1,000 again every day`. */
export function creditsText({ remaining, refill }: NonNullable<ApiKey['credits']>): string {
  const left = `${remaining.toLocaleString('en')} left`
  return refill === null ? left : `${left}, ${refill.amount.toLocaleString('en')} again every ${refill.interval}`
}
