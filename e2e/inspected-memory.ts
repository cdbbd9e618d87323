import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningServer } from './running-server.ts'

/** For a server that is to be inspected: on a free port of this machine alone. */
export const INSPECTED = ['--inspect=127.0.0.1:0']

export interface MemoryUse {
  /** Reachable objects, in bytes: garbage was collected first. */
  heapUsed: number
  /** What lies outside the heap and is held by objects in it. */
  external: number
  rss: number
}

/** Looks into a running server the way a debugger does. */
export class InspectedMemory {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (result: unknown) => void>()
  #asked = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data))
      this.#waiting.get(id)?.(result)
      this.#waiting.delete(id)
    })
  }

  /** @param server started with `INSPECTED`. */
  static async of({ output }: RunningServer): Promise<InspectedMemory> {
    let url: string | undefined
    while (url === undefined) {
      url = /Debugger listening on (ws:\S+)/.exec(output.stderr)?.[1]
      await sleep(5)
    }
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', reject)
    })
    return new InspectedMemory(socket)
  }

  /** After all garbage is gone. */
  async measure(): Promise<MemoryUse> {
    await this.#ask('HeapProfiler.collectGarbage')
    const expression = 'process.memoryUsage()'
    const { result } = (await this.#ask('Runtime.evaluate', { expression, returnByValue: true })) as {
      result: { value: MemoryUse }
    }
    return result.value
  }

  close(): void {
    this.#socket.close()
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#asked
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }
}
