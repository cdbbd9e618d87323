import type { DeniedRequest } from '@claviger/sdk'
import { denialSentence } from './denials.ts'
import { DAY_MS } from './times.ts'

export interface RefusedKey {
  keyId: string
  /** Whatever the reason. */
  count: number
  /** Why, most of the time, */
  code: string
  /** and how many times that was why. */
  ofCode: number
}

/** So many of one key within a day are no mishap. */
const BURST = 10

/** Keys that were refused again and again within a day, as far as these refusals tell; the most often refused first. */
export function refusedOften(denials: readonly DeniedRequest[], now: number): RefusedKey[] {
  const recent = denials.filter(({ at }) => Date.parse(at) > now - DAY_MS)
  return [...Map.groupBy(recent, ({ keyId }) => keyId)]
    .filter(([, ofKey]) => ofKey.length >= BURST)
    .map(([keyId, ofKey]) => ({ keyId, count: ofKey.length, ...mostFrequent(ofKey.map(({ code }) => code)) }))
    .sort((a, b) => b.count - a.count)
}

/** `12 times. The key is past its expiry.`, or of several reasons the one that is there most often. */
export function refusedText({ count, code, ofCode }: Omit<RefusedKey, 'keyId'>): string {
  const times = ofCode === count ? `${count} times.` : `${count} times, ${ofCode} of them for this reason:`
  return `${times} ${denialSentence(code)}`
}

function mostFrequent(codes: readonly string[]): Pick<RefusedKey, 'code' | 'ofCode'> {
  const [first] = [...Map.groupBy(codes, (code) => code)].sort(([, a], [, b]) => b.length - a.length)
  return { code: first?.[0] ?? '', ofCode: first?.[1].length ?? 0 }
}
