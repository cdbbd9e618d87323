import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type AuditEvent, createClient } from './index.ts'

// Real sockets. What a real server exports is proven where the server is; here is what can happen on the way.

const running: (() => void)[] = []
afterEach(() => {
  for (const stop of running.splice(0)) stop()
})

async function clientOf(answer: RequestListener, timeoutMs = 1_000) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  running.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return createClient({ url, key: 'clv_x', timeoutMs }).audit
}

const NDJSON = { 'content-type': 'application/x-ndjson; charset=utf-8' }
const line = (id: string) => `${JSON.stringify({ id })}\n`

async function ids(events: AsyncIterable<AuditEvent>): Promise<string[]> {
  const found: string[] = []
  for await (const { id } of events) found.push(id)
  return found
}

describe('an export', () => {
  test('asks for the log it was told, by the filter it was told', async () => {
    const asked: (string | undefined)[] = []
    const audit = await clientOf(({ url }, response) => {
      asked.push(url)
      response.writeHead(200, NDJSON).end()
    })
    await ids(audit.export({}))
    await ids(audit.export({ organizationId: 'org_1' }, { action: 'key.*', outcome: 'refused' }))
    await ids(audit.export({ organizationId: 'org_1', keyId: 'key_1' }))
    expect(asked).toEqual([
      '/v1/audit?format=ndjson',
      '/v1/organizations/org_1/audit?action=key.*&outcome=refused&format=ndjson',
      '/v1/organizations/org_1/keys/key_1/audit?format=ndjson',
    ])
  })

  test('is read event by event, wherever the network divides it', async () => {
    const text = ['a', 'é😀', 'c'].map(line).join('')
    const audit = await clientOf(async (_request, response) => {
      response.writeHead(200, NDJSON)
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
      response.end()
    })
    expect(await ids(audit.export({}))).toEqual(['a', 'é😀', 'c'])
  })

  test('that breaks off throws, after what came', async () => {
    const audit = await clientOf((_request, response) => {
      response.writeHead(200, NDJSON).write(line('a'), () => setTimeout(() => response.destroy(), 50))
    })
    const events = audit.export({})
    expect((await events.next()).value).toMatchObject({ id: 'a' })
    await expect(events.next()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('that ends in the middle of a line, or holds what is no event, is not taken for whole', async () => {
    for (const text of [`${line('a')}{"id"`, `${line('a')}rubbish\n`]) {
      const audit = await clientOf((_request, response) => void response.writeHead(200, NDJSON).end(text))
      await expect(ids(audit.export({}))).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
    }
  })

  test('that stands still longer than a call may take is given up; one that is read slowly is not', async () => {
    const audit = await clientOf((_request, response) => {
      response.writeHead(200, NDJSON).write(line('a'))
    }, 200)
    const events = audit.export({})
    await events.next()
    await new Promise((resolve) => setTimeout(resolve, 400))
    await expect(events.next()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('that nobody reads any further closes its connection', async () => {
    let closed = () => {}
    const ended = new Promise<void>((resolve) => {
      closed = resolve
    })
    const audit = await clientOf((_request, response) => {
      response.on('close', closed).writeHead(200, NDJSON).write(line('a'))
    })
    for await (const _ of audit.export({})) break
    await ended
  })

  test('that is refused, or is a page of somebody else, is an error like any other', async () => {
    const error = { code: 'NOT_FOUND', message: 'no', details: {}, requestId: 'req_1' }
    const refused = await clientOf((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
    })
    await expect(ids(refused.export({}))).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 })
    const page = await clientOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>')
    })
    await expect(ids(page.export({}))).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' })
  })

  test('can be given up by whoever asked', async () => {
    const audit = await clientOf((_request, response) => void response.writeHead(200, NDJSON).write(line('a')))
    const controller = new AbortController()
    const events = audit.export({}, {}, { signal: controller.signal })
    await events.next()
    controller.abort(new Error('enough'))
    await expect(events.next()).rejects.toThrow('enough')
  })
})
