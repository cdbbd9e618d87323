import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'
import { LOCALHOST } from './localhost-certificate.ts'

export interface ReceivedMail {
  /** As it came over the wire. */
  raw: string
  parsed: Email
  envelope: { from: string; to: string[] }
  /** Whether it came encrypted, and as whom the sender had signed in. */
  encrypted: boolean
  user: string | null
}

export interface MailServerOptions {
  /** Any free one unless it is given. */
  port?: number
  /** `never`: it does not even offer it. */
  tls?: 'never' | 'by STARTTLS' | 'from the start'
  credentials?: { user: string; password: string }
}

type Stage = 'sender' | 'recipient' | 'letter'

/** A real mail server that takes everything, unless a test says otherwise. */
export class TestMailServer {
  readonly port: number
  readonly mails: ReceivedMail[] = []
  /** What it says instead of taking something; null: it takes it. */
  refuse: (stage: Stage, address: string) => { code: number; words: string } | null = () => null
  /** Before it answers that a mail is taken. */
  beforeTaking: () => Promise<void> = async () => {}
  /** Connections there have been. */
  connections = 0
  readonly #server: SMTPServer

  private constructor(server: SMTPServer, port: number) {
    this.#server = server
    this.port = port
  }

  static async start({ port = 0, tls = 'never', credentials }: MailServerOptions = {}): Promise<TestMailServer> {
    const refused = (stage: Stage, address: string) => {
      const refusal = started.refuse(stage, address)
      return refusal && Object.assign(new Error(refusal.words), { responseCode: refusal.code })
    }
    const server = new SMTPServer({
      ...LOCALHOST,
      secure: tls === 'from the start',
      hideSTARTTLS: tls === 'never',
      disabledCommands: [...(tls === 'never' ? ['STARTTLS'] : []), ...(credentials ? [] : ['AUTH'])],
      authOptional: credentials === undefined,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 100,
      onConnect(_session, done) {
        started.connections++
        done()
      },
      onAuth({ username, password }, _session, done) {
        const right = username === credentials?.user && password === credentials?.password
        done(right ? null : new Error('wrong password'), { user: username ?? '' })
      },
      onMailFrom: ({ address }, _session, done) => done(refused('sender', address)),
      onRcptTo: ({ address }, _session, done) => done(refused('recipient', address)),
      onData(stream, session, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', async () => {
          const { mailFrom, rcptTo } = session.envelope
          const to = rcptTo.map(({ address }) => address)
          const refusal = refused('letter', to[0] ?? '')
          if (refusal) return done(refusal)
          const raw = Buffer.concat(chunks).toString()
          const { secure, user = null } = session
          const envelope = { from: mailFrom === false ? '' : mailFrom.address, to }
          await started.beforeTaking()
          started.mails.push({
            raw,
            parsed: await PostalMime.parse(raw),
            envelope,
            encrypted: secure,
            user: user || null,
          })
          done()
        })
      },
    })
    // A client that hangs up in the middle is part of the tests.
    server.on('error', () => {})
    server.listen(port, '127.0.0.1')
    await once(server.server, 'listening')
    const started = new TestMailServer(server, (server.server.address() as AddressInfo).port)
    onTestFinished(() => started.stop())
    return started
  }

  /** For SMTP_URL. */
  get url(): string {
    return `smtp://127.0.0.1:${this.port}`
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}
