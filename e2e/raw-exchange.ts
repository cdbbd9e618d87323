import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>
  body: string
}

export interface RawExchange {
  answers: RawAnswer[]
  /** Bytes that belong to no answer. */
  rest: string
  /** True when the server closed the connection; false when it was still open after `limitMs`. */
  closed: boolean
  tookMs: number
  /** Everything that came back. */
  raw: string
}

/**
 * Sends bytes on a connection of their own and reads until the server closes it.
 * @param parts sent one after the other, each in a packet of its own.
 */
export async function exchangeBytes(
  port: number,
  parts: readonly (string | Buffer)[],
  limitMs = 15_000,
): Promise<RawExchange> {
  const began = performance.now()
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  const chunks: Buffer[] = []
  const closed = await new Promise<boolean>((resolve) => {
    const limit = setTimeout(() => resolve(false), limitMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    // A reset is a way of closing too; what was answered before it has been read.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(limit)
      resolve(true)
    })
    socket.on('connect', () => {
      for (const part of parts) socket.write(part)
    })
  })
  socket.destroy()
  const raw = Buffer.concat(chunks).toString('latin1')
  return { ...parseAnswers(raw), closed, tookMs: performance.now() - began, raw }
}

export function parseAnswers(raw: string): { answers: RawAnswer[]; rest: string } {
  const answers: RawAnswer[] = []
  let rest = raw
  for (;;) {
    const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n([\s\S]*?)\r\n\r\n/.exec(rest)
    if (!head) return { answers, rest }
    const [all, status = '', lines = ''] = head
    const headers = new Map(lines.split('\r\n').map((line) => headerOf(line)))
    const length = Number(headers.get('content-length') ?? 0)
    if (rest.length < all.length + length) return { answers, rest }
    const body = Buffer.from(rest.slice(all.length, all.length + length), 'latin1').toString('utf8')
    if (status !== '100') answers.push({ status: Number(status), headers, body })
    rest = rest.slice(all.length + length)
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
