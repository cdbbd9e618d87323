import { median } from './statistics.ts'

export type Unit = 'ratio' | 'ms' | 'bytes' | 'statements'
export type Target = { atLeast: number } | { atMost: number }

/** One measured figure. */
export interface Figure {
  what: string
  /** The other side of the ratio; for an absolute figure, what it is measured on. */
  against: string
  unit: Unit
  /** One value a round. */
  rounds: readonly number[]
  /** Null: told for information. */
  target: Target | null
  /** What stands behind the figure, a line each. */
  notes: readonly string[]
  /** Where the time or space goes, told when the target is missed. */
  limit: string
}

export interface Summary {
  median: number
  min: number
  max: number
  /** Null without a target. The median decides. */
  met: boolean | null
}

export function summarize({ rounds, target }: Figure): Summary {
  const middle = median(rounds)
  return {
    median: middle,
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    met: target && ('atLeast' in target ? middle >= target.atLeast : middle <= target.atMost),
  }
}
