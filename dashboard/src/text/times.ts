const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
]

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `3 hours ago`, `in 2 days`; within a minute `just now` or `in a moment`. */
export function relativeTime(at: string, now: number): string {
  const ms = Date.parse(at) - now
  for (const [unit, length] of STEPS) {
    if (Math.abs(ms) >= length) return relative.format(Math.trunc(ms / length), unit)
  }
  // Screens tell the time anew every half minute: what has just happened can seem to lie ahead.
  return ms > 30_000 ? 'in a moment' : 'just now'
}

/** The same of what is yet to come: by days for two weeks, and within a minute not over yet, `in less than a minute`. */
export function timeAhead(at: string, now: number): string {
  const ms = Date.parse(at) - now
  if (ms < MINUTE_MS) return 'in less than a minute'
  return ms >= DAY_MS && ms < 14 * DAY_MS ? relative.format(Math.trunc(ms / DAY_MS), 'day') : relativeTime(at, now)
}

/** `21 Nov 2026, 14:03:07 GMT+1`, in the viewer's zone. */
export function localTime(at: string): string {
  return exactHere.format(new Date(at))
}

/** A moment in the viewer's zone and in UTC; once, where that is the same. */
export function bothTimes(at: string): string[] {
  return [...new Set([localTime(at), utcTime(at)])]
}

/** The same moment in UTC. */
export function utcTime(at: string): string {
  return exactInUtc.format(new Date(at))
}

// Made once each: a list tells many times, and making one takes longer than all it will ever tell.
const EXACT = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
} as const
const exactHere = new Intl.DateTimeFormat('en-GB', EXACT)
const exactInUtc = new Intl.DateTimeFormat('en-GB', { ...EXACT, timeZone: 'UTC' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const dayInUtc = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** `21 Nov 2026`. */
export function dayOf(at: string): string {
  return day.format(new Date(at))
}

/** `15 Nov`, of a day that begins at midnight in UTC. */
export function utcDayOf(at: string): string {
  return dayInUtc.format(new Date(at))
}

/** `14:03:07`, in the viewer's zone. */
export function clockTime(at: string): string {
  return clock.format(new Date(at))
}

/** `2 h 5 min`, `40 s`: what is left of a span. */
export function spanOf(ms: number): string {
  if (ms >= DAY_MS) return joined(Math.floor(ms / DAY_MS), 'd', Math.floor((ms % DAY_MS) / HOUR_MS), 'h')
  if (ms >= HOUR_MS) return joined(Math.floor(ms / HOUR_MS), 'h', Math.floor((ms % HOUR_MS) / MINUTE_MS), 'min')
  if (ms >= MINUTE_MS) return joined(Math.floor(ms / MINUTE_MS), 'min', Math.floor((ms % MINUTE_MS) / 1000), 's')
  return `${Math.max(0, Math.floor(ms / 1000))} s`
}

function joined(much: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${much} ${unit}` : `${much} ${unit} ${rest} ${smaller}`
}
