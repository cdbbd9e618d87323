import { once } from 'node:events'
import { createServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { LOCALHOST } from '../testing/localhost-certificate.ts'
import { type MailServerOptions, TestMailServer } from '../testing/smtp-server.ts'
import { openPost } from './post.ts'
import { type MailServer, parseSmtpUrl } from './settings.ts'

const trusted = getCACertificates()
const trustTestServers = () => setDefaultCACertificates([...trusted, LOCALHOST.cert])
afterEach(() => setDefaultCACertificates(trusted))

const CREDENTIALS = { user: 'mailer@example.com', password: 'p@ss/wörd#1' }
const MAIL = { id: 'msg_1', recipient: 'ada@example.com', subject: 'Hello', text: 'Hello\n', html: '<p>Hello</p>' }

function postTo(url: string) {
  return openPost({ ...(parseSmtpUrl(url) as MailServer), from: { name: null, address: 'keys@example.com' } }, 'Acme')
}

async function start(options: MailServerOptions = {}) {
  const server = await TestMailServer.start(options)
  const { user, password } = CREDENTIALS
  const signedIn = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`
  const send = async (url: string) => (await postTo(url)).send(MAIL, new AbortController().signal)
  return {
    server,
    send,
    at: (scheme: string, more = '', as = '') => `${scheme}://${as}127.0.0.1:${server.port}${more}`,
    signedIn,
  }
}

describe('SMTP_URL', () => {
  test('with smtps is encrypted from the start, and only to a server whose certificate is trusted', async () => {
    const { server, send, at, signedIn } = await start({ tls: 'from the start', credentials: CREDENTIALS })
    const url = at('smtps', '', signedIn)
    expect(await send(url)).toMatchObject({ outcome: 'unreachable', reason: expect.stringMatching(/certificate/) })
    trustTestServers()
    expect(await send(url)).toEqual({ outcome: 'sent' })
    expect(server.mails).toMatchObject([{ encrypted: true, user: CREDENTIALS.user }])
  })

  test('with ?tls=required sends by STARTTLS to a trusted server, or nothing and no password', async () => {
    const { server, send, at, signedIn } = await start({ tls: 'by STARTTLS', credentials: CREDENTIALS })
    const url = at('smtp', '?tls=required', signedIn)
    expect(await send(url)).toMatchObject({ outcome: 'unreachable', reason: expect.stringMatching(/certificate/) })
    trustTestServers()
    expect(await send(url)).toEqual({ outcome: 'sent' })
    expect(server.mails).toMatchObject([{ encrypted: true, user: CREDENTIALS.user }])

    const plain = await start({ tls: 'never' })
    expect(await plain.send(plain.at('smtp', '?tls=required'))).toMatchObject({ outcome: 'unreachable' })
    expect(plain.server.mails).toEqual([])
  })

  test('of a server on this machine, or with ?tls=optional, takes encryption where it is offered', async () => {
    const offered = await start({ tls: 'by STARTTLS' })
    expect(await offered.send(offered.at('smtp'))).toEqual({ outcome: 'sent' })
    expect(await offered.send(offered.at('smtp', '?tls=optional'))).toEqual({ outcome: 'sent' })
    expect(offered.server.mails.map(({ encrypted }) => encrypted)).toEqual([true, true])
    const plain = await start({ tls: 'never' })
    expect(await plain.send(plain.at('smtp'))).toEqual({ outcome: 'sent' })
    expect(plain.server.mails).toMatchObject([{ encrypted: false, user: null }])
  })

  test('with a wrong password reaches nobody, and is told of without it', async () => {
    const { server, send, at } = await start({ credentials: CREDENTIALS })
    const wrong = await send(at('smtp', '', 'mailer%40example.com:hunter2@'))
    expect(wrong).toMatchObject({ outcome: 'unreachable', reason: expect.stringMatching(/535/) })
    expect(JSON.stringify(wrong)).not.toContain('hunter2')
    expect(await send(at('smtp'))).toMatchObject({ outcome: 'unreachable' })
    expect(server.mails).toEqual([])
  })
})

test('a mail server is greeted without sending anything, and says why it cannot be used', async () => {
  const { server, at, signedIn } = await start({ credentials: CREDENTIALS })
  const greet = async (url: string) => (await postTo(url)).greet()
  expect(await greet(at('smtp', '', signedIn))).toBeNull()
  expect(await greet(at('smtp', '', 'a:b@'))).toMatch(/535/)
  expect(await greet('smtp://127.0.0.1:1')).toMatch(/ECONNREFUSED/)
  expect(server.mails).toEqual([])
})

test('a server that breaks off, or speaks something else, is unreachable, and the mail waits', async () => {
  for (const says of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n', '554 go away\r\n', '421 busy\r\n']) {
    const listener = createServer((socket) => socket.on('error', () => {}).end(says)).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    onTestFinished(() => void listener.close())
    const { port } = listener.address() as { port: number }
    const post = await postTo(`smtp://127.0.0.1:${port}`)
    const delivery = await post.send(MAIL, new AbortController().signal)
    expect(delivery, says).toMatchObject({ outcome: 'unreachable' })
  }
})

test('sending stops when it is told to, even before the server has said a word', async () => {
  const listener = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => void listener.close())
  const { port } = listener.address() as { port: number }
  const post = await postTo(`smtp://127.0.0.1:${port}`)
  expect(await post.send(MAIL, AbortSignal.timeout(100))).toMatchObject({ outcome: 'stopped' })
})
