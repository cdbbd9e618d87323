import type { DeniedRequest } from '@claviger/sdk'
import { DAY_MS } from './times.ts'

export interface RefusedKey {
  keyId: string
  count: number
  /** Why, most of the time. */
  code: string
}

/** So many of one key within a day are no mishap. */
const BURST = 10

/** Keys that were refused again and again within a day, as far as these refusals tell; the most often refused first. */
export function refusedOften(denials: readonly DeniedRequest[], now: number): RefusedKey[] {
  const recent = denials.filter(({ at }) => Date.parse(at) > now - DAY_MS)
  return [...Map.groupBy(recent, ({ keyId }) => keyId)]
    .filter(([, ofKey]) => ofKey.length >= BURST)
    .map(([keyId, ofKey]) => ({ keyId, count: ofKey.length, code: mostFrequent(ofKey.map(({ code }) => code)) }))
    .sort((a, b) => b.count - a.count)
}

function mostFrequent(codes: readonly string[]): string {
  const [first] = [...Map.groupBy(codes, (code) => code)].sort(([, a], [, b]) => b.length - a.length)
  return first?.[0] ?? ''
}
