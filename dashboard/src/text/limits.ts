import type { ApiKey } from '@claviger/sdk'
import { counted } from './counts.ts'

/** `600 requests in 60 s`, `5,000 requests in 1 day`. */
export function limitText({ limit, windowSeconds }: NonNullable<ApiKey['rateLimit']>): string {
  return `${counted(limit, 'request', 'requests')} in ${durationText(windowSeconds)}`
}

/** In the largest unit of which it is a whole number; a minute is as often said in seconds. */
function durationText(seconds: number): string {
  if (seconds % 86_400 === 0) return counted(seconds / 86_400, 'day', 'days')
  if (seconds % 3_600 === 0) return counted(seconds / 3_600, 'hour', 'hours')
  if (seconds % 60 === 0 && seconds > 60) return counted(seconds / 60, 'minute', 'minutes')
  return `${seconds.toLocaleString('en')} s`
}

/** `950 left, 1,000 again every day`. */
export function creditsText({ remaining, refill }: NonNullable<ApiKey['credits']>): string {
  const left = `${remaining.toLocaleString('en')} left`
  return refill === null ? left : `${left}, ${refill.amount.toLocaleString('en')} again every ${refill.interval}`
}
