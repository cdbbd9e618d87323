import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/** Often enough that nothing on the way takes the connection for idle, and that an ended session is noticed. */
const HEARTBEAT_MS = 2_000
/** What a client may leave unread before it is cut off; it asks again and reads everything anew. */
const MAX_UNREAD_BYTES = 64 * 1024
/** When a browser asks again after the stream has broken. */
const RETRY_MS = 1_000

export interface EventStream {
  send(event: object): void
  end(): void
}

/**
 * Begins to answer with server-sent events (WHATWG HTML, section 9.2).
 * @param mayGoOn asked before anything is sent and at every heartbeat; false ends the stream.
 * @param onEnd called once, however it ends.
 */
export function openEventStream(reply: FastifyReply, mayGoOn: () => Promise<boolean>, onEnd: () => void): EventStream {
  const response: ServerResponse = reply.hijack().raw
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) response.setHeader(name, value)
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    clearInterval(beating)
    onEnd()
    response.end()
  }
  const write = async (text: string) => {
    const allowed = await mayGoOn().catch(() => false)
    if (ended) return
    if (!allowed) return end()
    if (response.writableLength > MAX_UNREAD_BYTES) return void response.destroy()
    response.write(text)
  }
  const beating = setInterval(() => void write(':\n\n'), HEARTBEAT_MS)
  response.once('close', end)
  response.write(`retry: ${RETRY_MS}\n\n`)
  return {
    send: (event) => void write(`event: change\ndata: ${JSON.stringify(event)}\n\n`),
    end,
  }
}
