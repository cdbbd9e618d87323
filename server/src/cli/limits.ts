import type { Credits, RateLimit } from '@claviger/sdk'
import { readSeconds } from './times.ts'
import { UsageError } from './usage-error.ts'

/** Readers of the limits of a key. */

/** `600/1m`: as many requests in every minute. */
export function readRateLimit(flag: string, text: string): RateLimit {
  const [, limit, span] = /^([1-9]\d{0,9})\/(\S+)$/.exec(text) ?? []
  if (limit === undefined || span === undefined) {
    throw new UsageError(`${flag} must be like 600/1m or 10/30s; found "${text}"`)
  }
  return { limit: Number(limit), windowSeconds: readSeconds(flag, span) }
}

/** `1000`: to be used up; `1000/day` or `1000/month`: and set to that again. */
export function readCredits(flag: string, text: string): Credits {
  const [, amount, interval] = /^(\d{1,13})(?:\/(day|month))?$/.exec(text) ?? []
  if (amount === undefined) throw new UsageError(`${flag} must be like 1000, 1000/day or 1000/month; found "${text}"`)
  const remaining = Number(amount)
  if (interval === undefined) return { remaining, refill: null }
  return { remaining, refill: { amount: remaining, interval: interval as 'day' | 'month' } }
}
