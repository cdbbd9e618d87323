import type { VerdictCounts } from '@claviger/sdk'

/** `1 key`, `3 keys`, `12,000 keys`. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

export function acceptedIn(counts: VerdictCounts): number {
  return counts.VALID ?? 0
}

/** Refused uses, whatever the reason. */
export function deniedIn(counts: VerdictCounts): number {
  return Object.entries(counts).reduce((sum, [code, count]) => (code === 'VALID' ? sum : sum + (count ?? 0)), 0)
}
