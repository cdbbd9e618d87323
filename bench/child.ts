import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/** A process of one side of a measurement. It answers one message at a time. */
export interface Child {
  ask<Answer>(message: unknown): Promise<Answer>
  end(): Promise<void>
}

export interface ChildOptions {
  args?: readonly string[]
  /** The one core it may use; null: any. */
  core?: number | null
  nodeFlags?: readonly string[]
}

/** Servers run here, alone. */
export const SERVER_CORE = 0
/** Whatever makes them work runs here. */
export const LOAD_CORE = 1

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0
const running = new Set<ChildProcess>()

/** Starts `children/<name>.ts` and resolves with its first message and the way to it. */
export async function startChild<First>(
  name: string,
  { args = [], core = null, nodeFlags = [] }: ChildOptions = {},
): Promise<{ child: Child; first: First }> {
  const flags = ['--conditions=source', ...nodeFlags]
  const pinned = core !== null && canPin
  const forked = fork(fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url)), [...args], {
    execPath: pinned ? 'taskset' : process.execPath,
    execArgv: pinned ? ['-c', String(core), process.execPath, ...flags] : flags,
  })
  running.add(forked)
  const gone = once(forked, 'exit').then(() => running.delete(forked))
  const answer = async <Answer>(): Promise<Answer> => {
    const outcome = await Promise.race([once(forked, 'message'), gone])
    if (!Array.isArray(outcome)) throw new Error(`The process ${name} ended before it answered.`)
    return outcome[0] as Answer
  }
  const child: Child = {
    ask(message) {
      forked.send(message as object)
      return answer()
    },
    async end() {
      forked.kill('SIGTERM')
      await gone
    },
  }
  return { first: await answer<First>(), child }
}

// Before the folders that they work in are removed.
process.prependListener('exit', () => {
  for (const forked of running) forked.kill('SIGKILL')
})
