import { UsageError } from './usage-error.ts'

/** To the minute, in UTC: `2027-01-31T09:30Z`. What is no time is shown as it is. */
export function minuteOf(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d(\.\d+)?Z$/, '$1Z')
}

const TIME = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/

/** @returns the moment that `text` names, in UTC; a day alone is its first moment there. */
export function readTime(flag: string, text: string): string {
  const [, day] = TIME.exec(text) ?? []
  const at = Date.parse(text)
  // Date.parse takes 31 February for 3 March.
  const isDay = day !== undefined && new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(-2))
  if (!isDay || Number.isNaN(at)) {
    throw new UsageError(`${flag} must be a time like 2027-01-31T09:30:00Z or a day like 2027-01-31; found "${text}"`)
  }
  return new Date(at).toISOString()
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const LATEST = Date.parse('9999-12-31T23:59:59Z')

/** @returns a span like `15m` in seconds. */
export function readSeconds(flag: string, text: string): number {
  const [, count, unit = ''] = /^([1-9]\d*)([smhdw])$/.exec(text) ?? []
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN)
  if (!(ms <= LATEST)) throw new UsageError(`${flag} must be a span like 15m, 24h or 7d; found "${text}"`)
  return ms / 1_000
}

/** @returns the moment a span like `90d` after `now`. */
export function readSpan(flag: string, text: string, now: number): string {
  const [, count, unit = ''] = /^([1-9]\d*)([mhdw])$/.exec(text) ?? []
  const at = now + Number(count) * (UNIT_MS[unit] ?? Number.NaN)
  if (!(at <= LATEST)) throw new UsageError(`${flag} must be a span like 30m, 12h, 90d or 8w; found "${text}"`)
  return new Date(at).toISOString()
}
