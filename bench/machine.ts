import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** What the figures were measured on. Absolute numbers mean little without it, and little elsewhere with it. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    date: new Date().toISOString(),
    /** Over the last minute, before the run. Above zero, something else was at work. */
    loadBefore: loadavg()[0] ?? 0,
  }
}

export type Machine = ReturnType<typeof describeMachine>
