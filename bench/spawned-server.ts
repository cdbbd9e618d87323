import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface Server {
  address: string
  /** Resolves at the first 200 of `/readyz`. */
  ready(): Promise<void>
  end(): Promise<void>
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ASK_EVERY_MS = 5
const GIVE_UP_MS = 60_000
const running = new Set<ChildProcess>()

/** Starts a command the way a person does, in the repository's root, with its settings in the environment. */
export async function spawnServer(command: readonly string[], dataDir: string): Promise<Server> {
  const port = await freePort()
  const [program = '', ...parameters] = command
  const child = spawn(program, parameters, {
    cwd: ROOT,
    env: { ...process.env, CLAVIGER_PORT: String(port), CLAVIGER_DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own group, so that what npm starts is ended with it.
    detached: true,
  })
  running.add(child)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const gone = once(child, 'exit').then(() => running.delete(child))
  const address = `http://127.0.0.1:${port}`
  return {
    address,
    async ready() {
      const deadline = performance.now() + GIVE_UP_MS
      while (!(await answers(`${address}/readyz`))) {
        if (!running.has(child) || performance.now() > deadline) {
          throw new Error(`${command.join(' ')} is not ready. It said: ${said}`)
        }
        await sleep(ASK_EVERY_MS)
      }
    },
    async end() {
      endGroup(child, 'SIGTERM')
      await gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('error', () => resolve(false))
  })
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // It has ended already.
  }
}

process.prependListener('exit', () => {
  for (const child of running) endGroup(child, 'SIGKILL')
})
