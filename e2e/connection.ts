import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export interface Answer<T> {
  status: number
  headers: IncomingHttpHeaders
  /** Null where the body is no JSON. */
  body: T
  /** Status line, headers and body, as they came. */
  raw: string
}

export interface Sending {
  method?: string
  headers?: Record<string, string>
  /** Sent as JSON, or as it is where it is text or bytes. */
  body?: unknown
}

/** The connection ended before the whole answer had come: whether the server did what was asked is not known. */
export class Unanswered extends Error {
  override name = 'Unanswered'
}

/** One TCP connection that is kept open, with one request on it at a time. */
export class Connection {
  readonly #address: string
  readonly #bearer: string | null
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  /** @param bearer sent with each request, where the request says nothing else. */
  constructor(address: string, bearer: string | null = null) {
    this.#address = address
    this.#bearer = bearer
  }

  /** @throws Unanswered */
  send<T = unknown>(path: string, { method = 'GET', headers = {}, body }: Sending = {}): Promise<Answer<T>> {
    const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const asking = request(`${this.#address}${path}`, {
        method,
        agent: this.#agent,
        headers: {
          ...(this.#bearer === null ? {} : { authorization: `Bearer ${this.#bearer}` }),
          ...(bytes === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }),
          ...headers,
        },
      })
      const fail = (cause: unknown) => reject(new Unanswered(`${method} ${path} was not answered`, { cause }))
      asking.on('error', fail)
      asking.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', fail)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const { statusCode: status = 0, headers: received, rawHeaders } = response
          const raw = [`${status} ${response.statusMessage}`, ...rawHeaders, text].join('\n')
          resolve({ status, headers: received, body: parsed(text) as T, raw })
        })
      })
      asking.end(bytes)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
