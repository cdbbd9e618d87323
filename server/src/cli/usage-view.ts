import type {
  DeniedRequest,
  KeyCaller,
  KeyCallers,
  KeyScopes,
  RemovalCheck,
  SpanCounts,
  Usage,
  VerdictCounts,
} from '@claviger/sdk'
import { facts, table } from './table.ts'
import { minuteOf } from './times.ts'

/** How keys are used, as people read it. */

/** Buckets without use are left out: their absence says the same. */
export function usageTable({ items, totals }: Usage): string {
  const rows = items
    .filter(({ counts }) => Object.keys(counts).length > 0)
    .map(({ start, counts }) => [minuteOf(start), ...countCells(counts)])
  return table(['FROM', 'ACCEPTED', 'REFUSED', 'WHY'], [...rows, ['total', ...countCells(totals)]])
}

export function callersTable({ items, others }: KeyCallers): string {
  const counted = others > 0 ? [['-', '-', '-', String(others), '-', '-', '(others)']] : []
  return table(CALLER_HEADINGS, [...items.map(callerRow), ...counted])
}

export function scopesTable({ items, unusedAfterDays }: KeyScopes): string {
  return table(
    ['SCOPE', 'LAST USED', ''],
    items.map(({ scope, lastUsedOn, unused }) => [
      scope,
      lastUsedOn ?? 'never',
      unused ? `not used for ${unusedAfterDays} days` : '',
    ]),
  )
}

/** What the absence of a use is worth. */
export function howFarKnown({ since, lastNamedOn }: KeyScopes): string {
  return lastNamedOn === null
    ? 'no request with this key has named the scopes it needs, so nothing is known of them'
    : `known since ${minuteOf(since)}, from requests that name the scopes they need, last on ${lastNamedOn}`
}

export function removalView({ verdict, lastUsedAt, requests, denied, callers }: RemovalCheck): string {
  const view = facts([
    ['verdict', VERDICTS[verdict]],
    ['last used', lastUsedAt === null ? 'never' : minuteOf(lastUsedAt)],
    ['accepted', spans(requests)],
    ['refused', spans(denied)],
  ])
  return callers.length === 0 ? view : `${view}\n\n${table(CALLER_HEADINGS, callers.map(callerRow))}`
}

export function denialTable(denials: readonly DeniedRequest[]): string {
  return table(
    ['WHEN', 'REQUEST', 'KEY', 'FROM', 'CODE', 'WHY'],
    denials.map(({ at, requestId, keyId, ip, code, message }) => [at, requestId, keyId, ip ?? '-', code, message]),
  )
}

const VERDICTS: Readonly<Record<RemovalCheck['verdict'], string>> = {
  'in-use': 'in-use: accepted within the last 24 hours; whatever uses it would stop working',
  quiet: 'quiet: nothing was accepted for a day, but someone tried it within the last week',
  safe: 'safe: nobody has tried it for a week',
}

const CALLER_HEADINGS = ['LAST SEEN', 'FROM', 'SECRET', 'COUNT', 'LAST CODE', 'NAME', 'PROGRAM']

function callerRow({ lastSeenAt, ip, secret, count, lastCode, client, userAgent }: KeyCaller): string[] {
  return [minuteOf(lastSeenAt), ip ?? '-', secret, String(count), lastCode, client ?? '-', userAgent ?? '-']
}

function countCells({ VALID = 0, ...refused }: VerdictCounts): string[] {
  const reasons = Object.entries(refused).sort(([, a], [, b]) => b - a)
  const sum = reasons.reduce((total, [, count]) => total + count, 0)
  return [String(VALID), String(sum), reasons.map(([code, count]) => `${code} ${count}`).join(', ') || '-']
}

function spans({ hour, day, week }: SpanCounts): string {
  return `${hour} in the last hour, ${day} in a day, ${week} in a week`
}
