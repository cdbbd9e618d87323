import type { Delivery, Post } from '../domain/ports.ts'
import { isMailAddress, type MailSettings } from './settings.ts'

/** An attempt that takes longer has failed. */
const ATTEMPT_MS = 2 * 60_000
const CONNECT_MS = 10_000
/** How long a mail server may be silent; some look into a mail before they take it. */
const SILENCE_MS = 60_000
const REASON_LENGTH = 300

/** Hands letters to a mail server, each over a connection of its own. */
export async function openPost(
  settings: MailSettings,
  senderName: string,
): Promise<Post & { greet(): Promise<string | null> }> {
  // A server that sends no mail, and a command, do without it.
  const { createTransport } = await import('nodemailer')
  const { host, port, encryption, credentials, from } = settings
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'from the start',
    requireTLS: encryption === 'required',
    opportunisticTLS: encryption === 'where offered',
    // Who would go on without encryption as well gains nothing by asking who answers.
    tls: { rejectUnauthorized: encryption !== 'where offered' },
    ...(credentials === null ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    dnsTimeout: CONNECT_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // Nothing of a letter is a path or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)

  return {
    async send({ id, recipient, subject, text, html }, stop) {
      if (!isMailAddress(recipient)) return { outcome: 'refused', reason: 'mail cannot be sent to such an address' }
      const tooLong = AbortSignal.timeout(ATTEMPT_MS)
      try {
        await transport.sendMail({
          from: { name: from.name ?? senderName, address: from.address },
          to: { name: '', address: recipient },
          envelope: { from: from.address, to: [recipient] },
          messageId: `<${id}@${domain}>`,
          subject,
          text,
          html,
          // RFC 3834: no machine answers it.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          signal: AbortSignal.any([stop, tooLong]),
        })
        return { outcome: 'sent' }
      } catch (error) {
        if (stop.aborted) return { outcome: 'stopped', reason: 'this server stops' }
        if (tooLong.aborted) return { outcome: 'unreachable', reason: 'it took too long' }
        return toDelivery(error as MailError)
      }
    },

    /** Connects, and signs in where it has to. @returns why that is not possible; null: it is. */
    async greet() {
      try {
        await transport.verify()
        return null
      } catch (error) {
        return reasonOf(error as MailError)
      }
    },
  }
}

/** What the library tells of a failure. */
type MailError = Error & { code?: string; command?: string; responseCode?: number }

function toDelivery(error: MailError): Delivery {
  const { code, command, responseCode = 0 } = error
  const reason = reasonOf(error)
  // Only what was said of the recipient or the letter is about this mail; all else would meet any other mail as well.
  const ofThisMail = (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'MAIL FROM' && responseCode !== 421
  if (!ofThisMail) return { outcome: 'unreachable', reason }
  // 503 says that the conversation went wrong, not that the mail is (RFC 5321, section 4.2.2).
  const forGood = responseCode >= 500 && responseCode !== 503
  return { outcome: forGood || command === 'API' ? 'refused' : 'postponed', reason }
}

/** On one line and short. Some servers repeat what they refuse, so that what is behind a `#` is struck out: see links. */
function reasonOf({ message }: MailError): string {
  const line = message.replace(/[\p{C}\p{Z}]+/gu, ' ').replace(/#\S+/g, '#…')
  return line.length > REASON_LENGTH ? `${line.slice(0, REASON_LENGTH).toWellFormed()}…` : line
}
