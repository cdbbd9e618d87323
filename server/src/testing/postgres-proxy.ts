import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** What becomes of bytes on their way to the database. */
type Fate = 'deliver' | 'swallow'

interface Line {
  client: Socket
  server: Socket
}

/** A network between a server and its PostgreSQL that a test can break in the ways networks break. */
export class PostgresProxy {
  /** Of the database, through the proxy. */
  readonly url: string
  readonly #lines = new Set<Line>()
  #fate: Fate = 'deliver'
  #disguised = false
  #onStatement: ((text: string, line: Line) => Fate) | null = null

  private constructor(url: string) {
    this.url = url
  }

  static async before(databaseUrl: string): Promise<PostgresProxy> {
    const target = new URL(databaseUrl)
    const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const url = new URL(databaseUrl)
    url.port = String((listener.address() as AddressInfo).port)
    const proxy = new PostgresProxy(url.href)
    listener.on('connection', (client) => proxy.#join(client, connect(Number(target.port), target.hostname)))
    onTestFinished(() => {
      proxy.cut()
      listener.close()
    })
    return proxy
  }

  /** Every connection is broken at once, as when a cable is pulled and the other end says so. */
  cut(): void {
    for (const { client, server } of this.#lines) {
      client.destroy()
      server.destroy()
    }
  }

  /** The near ends are broken; the far ends, and whatever their sessions hold, stay as they are. */
  strand(): void {
    for (const { client } of this.#lines) client.destroy()
  }

  /** Nothing arrives any more, and nobody is told. */
  swallow(): void {
    this.#fate = 'swallow'
  }

  deliver(): void {
    this.#fate = 'deliver'
  }

  /** Every session is told another number than its own, as poolers do that lend one session to many clients. */
  disguiseSessions(): void {
    this.#disguised = true
  }

  /** The next COMMIT reaches the database and is carried out; its answer is lost with the connection. */
  loseAnswerToCommit(): void {
    this.#atCommit(({ client, server }) => {
      server.removeAllListeners('data')
      server.once('data', () => {
        client.destroy()
        server.destroy()
      })
      return 'deliver'
    })
  }

  /** The connection breaks with the next COMMIT, which reaches the database only when `arrive` is called. */
  delayCommit(): { arrive: () => void } {
    let arrive = () => {}
    this.#atCommit(({ client, server }, bytes) => {
      arrive = () => void server.write(bytes)
      client.destroy()
      return 'swallow'
    })
    return { arrive: () => arrive() }
  }

  #atCommit(act: (line: Line, bytes: Buffer) => Fate): void {
    this.#onStatement = (text, line) => {
      // Not the setting `synchronous_commit`; a statement ends with a NUL.
      if (!/\bcommit\0/.test(text)) return 'deliver'
      this.#onStatement = null
      return act(line, Buffer.from(text, 'latin1'))
    }
  }

  #join(client: Socket, server: Socket): void {
    const line = { client, server }
    this.#lines.add(line)
    client.on('data', (bytes) => {
      const fate = this.#onStatement?.(bytes.toString('latin1'), line) ?? this.#fate
      if (fate === 'deliver') server.write(bytes)
    })
    server.on('data', (bytes) => {
      if (this.#disguised) disguise(bytes)
      if (this.#fate === 'deliver') client.write(bytes)
    })
    server.on('close', () => client.destroy())
    client.on('end', () => server.end())
    for (const socket of [client, server]) socket.on('error', () => {})
  }
}

/** BackendKeyData: the letter K, the length, the number of the session's process, a secret. */
function disguise(bytes: Buffer): void {
  const at = bytes.indexOf(Buffer.from('4b0000000c', 'hex'))
  if (at >= 0) bytes.writeUInt32BE(bytes.readUInt32BE(at + 5) + 1, at + 5)
}
