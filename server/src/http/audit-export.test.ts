import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { appendToChain } from '../domain/audit.ts'
import { startApp } from '../testing/test-domain.ts'

/** Together more than sockets and their buffers hold. */
const EVENTS = 1_600
const EVENT_BYTES = 20_000

async function start(events = 0, bytes = 1) {
  const server = await startApp()
  const { organization } = (await server.call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const { domain, actor } = server
  const entry = {
    organizationId: organization.id,
    target: { type: 'key', id: 'key_x', name: 'x' },
    changes: { name: { before: 'x'.repeat(bytes), after: 'y' } },
  }
  await server.database.transact(async (writes) => {
    await writes.lockOrder()
    for (let at = 0; at < events; at++) {
      await appendToChain(domain, writes, actor, 'key.edit', entry, server.clock.now() + at)
    }
    return { commit: true, value: null }
  })
  const key = await server.newServiceKey()
  const path = `/v1/organizations/${organization.id}/audit`
  /** @returns a connection over which an export was asked for, and nothing has been read. */
  const ask = async (query = 'format=ndjson', version = '1.1'): Promise<Socket> => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1').pause()
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(
      `GET ${path}?${query} HTTP/${version}\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\n\r\n`,
    )
    return socket
  }
  const address = await server.app.listen({ port: 0, host: '127.0.0.1' })
  const fetchFile = (query: string) =>
    fetch(`${address}${path}?${query}`, { headers: { authorization: `Bearer ${key}` } })
  /** How many parts of the log were read from the database. */
  const reads = () => scans
  let scans = 0
  /** Resolves when nothing more is read. */
  const stalled = async () => {
    for (let before = -1; before !== scans || scans === 0; await sleep(700)) before = scans
  }
  const { scanEvents } = server.database
  server.database.scanEvents = (scan) => {
    scans++
    return scanEvents(scan)
  }
  return { ...server, organization: organization.id as string, path, ask, fetchFile, reads, stalled, address, key }
}

describe('an export', () => {
  test('is the whole log, oldest first, as NDJSON and as CSV, with a safe name', { timeout: 60_000 }, async () => {
    const { fetchFile, organization, database } = await start(1_000)
    const events = await database.events(organization, 1, 10_000)
    const ndjson = await fetchFile('format=ndjson')
    expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    expect(ndjson.headers.get('cache-control')).toBe('no-store')
    expect(ndjson.headers.get('content-disposition')).toBe(
      `attachment; filename="audit-${organization}-2026-01-15.ndjson"`,
    )
    const lines = (await ndjson.text()).split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(events.map(({ id }) => id))
    const csv = await fetchFile('format=csv')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    const rows = (await csv.text()).split('\r\n')
    expect(rows[0]).toMatch(/^id,at,actorType/)
    expect(rows.slice(1, -1).map((row) => row.split(',')[0])).toEqual(events.map(({ id }) => id))
  })

  test('holds what the filter lets through, and is empty but whole where that is nothing', async () => {
    const { fetchFile } = await start()
    expect((await (await fetchFile('format=ndjson&action=organization.*')).text()).split('\n')).toHaveLength(2)
    const empty = await fetchFile('format=ndjson&action=key.create')
    expect([empty.status, await empty.text()]).toEqual([200, ''])
    expect((await (await fetchFile('format=csv&action=key.create')).text()).split('\r\n')).toHaveLength(2)
  })

  test('is of the log as it was when it began', async () => {
    const { domain, database, organization } = await start(1_000)
    const { exportEvents } = await import('../domain/audit-log.ts')
    const found: number[] = []
    for await (const events of exportEvents(domain, { chain: organization, filter: {} })) {
      found.push(...events.map(({ sequence }) => sequence))
      await database.transact(async (writes) => {
        const [last] = await writes.events(organization, 1, 1)
        const head = await writes.chainHead(organization)
        if (!last || !head) throw new Error('the log is not empty')
        await writes.appendEvent({ ...last, id: `evt_${head.count}`, sequence: head.count + 1, at: last.at + 9e9 })
        return { commit: true, value: null }
      })
    }
    expect(found).toHaveLength(1_001)
  })

  test('is read from the database no faster than the client reads it', { timeout: 90_000 }, async () => {
    const { ask, reads, stalled } = await start(EVENTS, EVENT_BYTES)
    const socket = await ask()
    await stalled()
    expect(reads()).toBeLessThan((EVENTS / 200) * 0.75)
    let text = ''
    for await (const chunk of socket) text += chunk
    expect(text.endsWith('0\r\n\r\n')).toBe(true)
    expect(text.match(/"id":"evt_/g)).toHaveLength(EVENTS + 1)
  })

  test('ends when the client goes away', { timeout: 90_000 }, async () => {
    const { ask, reads, stalled, call, path } = await start(EVENTS, EVENT_BYTES)
    const socket = await ask()
    await stalled()
    socket.destroy()
    await stalled()
    expect(reads()).toBeLessThan((EVENTS / 200) * 0.75)
    expect((await call('GET', path)).status).toBe(200)
  })

  test.each(['1.1', '1.0'])(
    'that breaks off does not look like one that ended, over HTTP/%s',
    { timeout: 90_000 },
    async (version) => {
      const { ask, database, stalled } = await start(EVENTS, EVENT_BYTES)
      const socket = await ask('format=csv', version)
      let failure: unknown
      socket.on('error', (error) => {
        failure = error
      })
      await stalled()
      database.scanEvents = () => Promise.reject(new Error('the disk is gone'))
      let text = ''
      try {
        for await (const chunk of socket) text += chunk
      } catch (error) {
        failure = error
      }
      expect(text).toMatch(/^HTTP\/1.1 200 OK/)
      expect(text.endsWith('0\r\n\r\n')).toBe(false)
      expect(failure).toMatchObject({ code: 'ECONNRESET' })
    },
  )

  test('that cannot begin is an error like any other', async () => {
    const { fetchFile, database } = await start()
    database.scanEvents = () => Promise.reject(new Error('the disk is gone'))
    const answer = await fetchFile('format=ndjson')
    expect(answer.status).toBe(500)
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBeNull()
  })

  test('asked for by HEAD has no body and reads next to nothing', { timeout: 60_000 }, async () => {
    const { address, path, key, reads } = await start(1_000)
    const headers = { authorization: `Bearer ${key}` }
    const answer = await fetch(`${address}${path}?format=csv`, { method: 'HEAD', headers })
    expect(answer.status).toBe(200)
    expect(reads()).toBe(1)
  })
})
