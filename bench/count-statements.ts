import Sqlite from 'better-sqlite3'

const RUNNERS = ['run', 'get', 'all', 'iterate'] as const
type Statement = Record<(typeof RUNNERS)[number], (...parameters: unknown[]) => unknown>

/** Counts where better-sqlite3 runs statements, whoever prepared them, until it is told to end. */
export function countStatements(): { count: () => number; end: () => void } {
  const scratch = new Sqlite(':memory:')
  const prototype: Statement = Object.getPrototypeOf(scratch.prepare('select 1'))
  scratch.close()
  const originals = RUNNERS.map((runner) => [runner, prototype[runner]] as const)
  let count = 0
  for (const [runner, original] of originals) {
    prototype[runner] = function (...parameters) {
      count++
      return original.apply(this, parameters)
    }
  }
  return {
    count: () => count,
    end() {
      for (const [runner, original] of originals) prototype[runner] = original
    },
  }
}
