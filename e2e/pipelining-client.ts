import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAnswers, type RawAnswer } from './raw-exchange.ts'

export interface PipelinedRequest {
  method: string
  path: string
  body: unknown
}

export interface Pipelined {
  /** Never more than were asked for, in their order. */
  answers: RawAnswer[]
  /** Bytes after the last whole answer. */
  rest: string
  /** Null: all was answered. */
  ended: 'refused' | 'closed' | null
}

/** One connection after the other to the same address, on each of which requests are sent without waiting for answers. */
export async function sendPipelined(
  port: number,
  serviceKey: string,
  requests: readonly PipelinedRequest[],
): Promise<Pipelined> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
  let received = ''
  let connected = false
  socket.on('error', () => {})
  socket.on('connect', () => {
    connected = true
    socket.write(requests.map((request) => bytesOf(request, serviceKey)).join(''))
  })
  const all = new Promise<boolean>((resolve) => {
    socket.on('data', (text: string) => {
      received += text
      if (parseAnswers(received).answers.length === requests.length) resolve(true)
    })
    socket.on('close', () => resolve(false))
  })
  const limit = new AbortController()
  const complete = await Promise.race([all, sleep(ANSWERED_WITHIN_MS, false, { signal: limit.signal })])
  limit.abort()
  socket.destroy()
  return { ...parseAnswers(received), ended: complete ? null : connected ? 'closed' : 'refused' }
}

const ANSWERED_WITHIN_MS = 20_000

function bytesOf({ method, path, body }: PipelinedRequest, serviceKey: string): string {
  const text = JSON.stringify(body)
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${serviceKey}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n')
}
