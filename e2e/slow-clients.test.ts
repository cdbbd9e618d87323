import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { Connection } from './connection.ts'
import { type RunningServer, startServer } from './running-server.ts'

const CROWD = 300
const BODY = 'Host: a\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"'

let server: RunningServer

beforeAll(async () => {
  server = await startServer()
})

async function open(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** How long a good client waits, on a connection of its own. */
async function served(): Promise<number> {
  const began = performance.now()
  const connection = new Connection(server.address)
  expect((await connection.send('/healthz')).status).toBe(200)
  connection.close()
  return performance.now() - began
}

describe.concurrent('a client that is slow', { timeout: 60_000 }, () => {
  test.each([
    ['its headers', 'GET /healthz HTTP/1.1\r\nX: ', 8_000],
    ['its body', `POST /v1/keys/self/revoke HTTP/1.1\r\n${BODY}`, 13_000],
  ])('with %s, byte by byte, is cut in time, and hundreds of them keep nobody out', async (_, first, withinMs) => {
    const slow = await Promise.all(Array.from({ length: CROWD }, open))
    const began = performance.now()
    for (const socket of slow) socket.resume().write(first)
    while (slow.some(({ closed }) => !closed) && performance.now() - began < withinMs) {
      for (const socket of slow) if (socket.writable) socket.write('x')
      expect(await served()).toBeLessThan(4_000)
      await sleep(250)
    }
    expect(slow.filter(({ closed }) => !closed)).toHaveLength(0)
  })

  test('to read its answers is cut, and what was made for it is let go', async () => {
    const socket = await open()
    const times = 12
    const size = Number(
      (await fetch(`${server.address}/docs/static/swagger-ui-bundle.js`)).headers.get('content-length'),
    )
    socket.pause()
    socket.write('GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(times))
    await sleep(21_000)
    let received = 0
    socket.on('data', (bytes) => {
      received += bytes.length
    })
    socket.resume()
    await once(socket, 'close')
    // What the operating systems on both sides had taken is there, and nothing more.
    expect(received).toBeLessThan(size * times)
  })
})
