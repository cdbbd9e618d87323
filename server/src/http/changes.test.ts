import { expect, test } from 'vitest'
import { setUpLink } from '../domain/set-up.ts'
import { startApp, type TestApp } from '../testing/test-domain.ts'

const STREAM = { accept: 'text/event-stream' }

async function start() {
  const server = await startApp()
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { body } = await server.call('POST', '/v1/organizations', { body: { name: 'Acme' } })
  return { ...server, address, organization: body.organization.id as string }
}

/** Opens the stream; `next` gives what comes of it, and null when it has ended. */
async function follow(url: string, headers: Record<string, string>) {
  const answer = await fetch(url, { headers: { ...STREAM, ...headers } })
  expect(answer.status).toBe(200)
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async () => {
    for (;;) {
      const [, data] = /^data: (.*)\n\n/m.exec(text) ?? []
      if (data !== undefined) {
        text = text.slice(text.indexOf(data) + data.length)
        return JSON.parse(data)
      }
      const { done, value } = (await reader?.read()) ?? { done: true, value: '' }
      if (done) return null
      text += value
    }
  }
}

async function signIn(server: TestApp) {
  const token = await setUpLink(server.domain)
  const body = { token, name: 'Ada', email: 'a@b.example', password: 'correct horse', organization: { name: 'Hers' } }
  const headers = { origin: 'http://127.0.0.1:4280' }
  const answer = await server.call('POST', '/v1/setup', { key: null, body, headers })
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  return { cookie, headers: { cookie, ...headers }, organization: answer.body.organization.id as string }
}

test('whoever follows an organization hears of its changes once they are in force, and of nobody else’s', async () => {
  const server = await start()
  const key = await server.newServiceKey(['keys:read'], server.organization)
  const next = await follow(`${server.address}/v1/organizations/${server.organization}/changes`, {
    authorization: `Bearer ${key}`,
  })
  const other = (await server.call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
  await server.call('POST', `/v1/organizations/${other}/keys`, { body: { name: 'theirs' } })
  const keys = `/v1/organizations/${server.organization}/keys`
  const { key: made } = (await server.call('POST', keys, { body: { name: 'ours' } })).body
  expect(await next()).toEqual({ action: 'key.create', target: { type: 'key', id: made.id } })
  await server.call('POST', `${keys}/${made.id}/revoke`)
  await server.call('POST', `${keys}/${made.id}/revoke`)
  await server.call('POST', `${keys}/${made.id}/disable`)
  await server.call('DELETE', `${keys}/${made.id}`)
  expect([await next(), await next()]).toMatchObject([{ action: 'key.revoke' }, { action: 'key.delete' }])
})

test('a stream ends with the session that opened it', async () => {
  const server = await start()
  const { headers, cookie, organization } = await signIn(server)
  const next = await follow(`${server.address}/v1/organizations/${organization}/changes`, { cookie })
  await server.call('POST', `/v1/organizations/${organization}/keys`, { body: { name: 'heard' } })
  expect(await next()).toMatchObject({ action: 'key.create' })
  expect((await server.call('POST', '/v1/auth/sign-out', { key: null, headers })).status).toBe(200)
  await server.call('POST', `/v1/organizations/${organization}/keys`, { body: { name: 'unheard' } })
  expect(await next()).toBeNull()
})

test('streams end when the server stops, and nobody has too many of them', async () => {
  const server = await start()
  const key = await server.newServiceKey(['keys:read'])
  const url = `${server.address}/v1/organizations/${server.organization}/changes`
  const headers = { authorization: `Bearer ${key}` }
  const streams = await Promise.all(Array.from({ length: 20 }, () => follow(url, headers)))
  const refused = await fetch(url, { headers: { ...STREAM, ...headers } })
  expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } })
  const unasked = await fetch(url, { headers })
  expect(await unasked.json()).toMatchObject({ error: { code: 'MALFORMED_REQUEST' } })
  await server.app.close()
  for (const next of streams) expect(await next()).toBeNull()
})
