import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseIpRange } from '@claviger/core'
import { expect, onTestFinished, test } from 'vitest'
import { startApp, type TestOptions } from '../testing/test-domain.ts'
import { MAX_CONNECTIONS } from './connections.ts'

const [ATTACKER, SECOND, CLIENT] = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'

async function start(options: TestOptions = {}) {
  const { app } = await startApp(options)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  /** @returns when the connection stands, from whichever address of this machine. */
  const open = async (from = ATTACKER): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from })
    onTestFinished(() => void socket.destroy())
    // What is not read is not seen to be closed either.
    socket.on('error', () => {}).resume()
    await once(socket, 'connect')
    return socket
  }
  const crowd = (size: number, from: string) => Promise.all(Array.from({ length: size }, () => open(from)))
  /** Asks once. @returns the first line of the answer, or nothing where the connection is closed without one. */
  const ask = async (from = CLIENT): Promise<string> => {
    const socket = await open(from)
    socket.write(HEALTH)
    const answered = once(socket, 'data').then(([bytes]) => String(bytes).split('\r\n')[0] ?? '')
    return Promise.race([answered, once(socket, 'close').then(() => '')])
  }
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    )
  return { app, open, crowd, ask, connections }
}

const OK = 'HTTP/1.1 200 OK'

test('one address cannot hold more than half of all connections, and keeps nobody else out', async () => {
  const { app, crowd, ask } = await start()
  expect(app.server.maxConnections).toBe(MAX_CONNECTIONS)
  // The bound itself takes more files than every machine lets a process open.
  app.server.maxConnections = 40
  const slow = await crowd(60, ATTACKER)
  await expect.poll(() => slow.filter((socket) => socket.closed).length).toBe(40)
  for (const socket of slow) if (!socket.closed) socket.write('GET /healthz HTTP/1.1\r\nX: ')
  expect(await ask(CLIENT)).toBe(OK)
  expect(await ask(ATTACKER)).toBe('')
  for (const socket of slow) socket.destroy()
  await expect.poll(() => ask(ATTACKER)).toBe(OK)
})

test('a trusted proxy may hold all of them', async () => {
  const range = parseIpRange(ATTACKER)
  const { app, crowd } = await start({ trustedProxies: range ? [range] : [] })
  app.server.maxConnections = 40
  const sockets = await crowd(40, ATTACKER)
  await sleep(100)
  expect(sockets.filter((socket) => socket.closed)).toEqual([])
})

test('when all are taken those that nobody uses are closed for the next one', async () => {
  const { app, crowd, ask, connections } = await start()
  app.server.maxConnections = 40
  const idle = [...(await crowd(20, ATTACKER)), ...(await crowd(20, SECOND))]
  for (const socket of idle) socket.write(HEALTH)
  await Promise.all(idle.map((socket) => once(socket, 'data')))
  expect(await connections()).toBe(40)
  expect(await ask()).toBe('')
  expect(await ask()).toBe(OK)
})
