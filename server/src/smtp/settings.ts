import { isIP } from 'node:net'
import { inRanges, parseIp, parseIpRange } from '@claviger/core'

/** The mail server that takes our mail. */
export interface MailServer {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /**
   * `from the start`: TLS before anything else. `required`: STARTTLS, or nothing is sent. `where offered`: STARTTLS
   * without asking who answers, or none.
   */
  readonly encryption: 'from the start' | 'required' | 'where offered'
  readonly credentials: { readonly user: string; readonly password: string } | null
}

/** Whom mail comes from. */
export interface Sender {
  /** Null: it goes by the product's name. */
  readonly name: string | null
  readonly address: string
}

export interface MailSettings extends MailServer {
  readonly from: Sender
}

const LOOPBACK = ['127.0.0.0/8', '::1'].map((range) => parseIpRange(range)).filter((range) => range !== null)

/** @returns null for an empty text; what it must be instead, in a list, where it is wrong. */
export function parseSmtpUrl(text: string): MailServer | null | string[] {
  // How compose files and process managers spell "not set".
  if (text === '') return null
  const url = URL.canParse(text) ? new URL(text) : null
  const credentials = url && readCredentials(url)
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? ''
  const sound =
    url &&
    credentials !== undefined &&
    /^smtps?:$/.test(url.protocol) &&
    (isIP(host) > 0 || /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(host)) &&
    /^\/?$/.test(url.pathname) &&
    url.hash === '' &&
    url.port !== '0' &&
    /^(\?tls=(required|optional))?$/.test(url.search)
  if (!sound) {
    return [
      'like smtp://user:password@mail.example.com:587 or smtps://mail.example.com, with special characters percent-encoded, and ?tls=required or ?tls=optional at most behind it',
    ]
  }
  if (url.protocol === 'smtps:') {
    if (url.search !== '') return ['without ?tls= where it begins with smtps: everything is encrypted from the start']
    return { host, port: Number(url.port || 465), encryption: 'from the start', credentials }
  }
  const near = isLoopback(host)
  const optional = url.search === '' ? near : url.search === '?tls=optional'
  if (optional && !near && credentials) return ['without ?tls=optional where it has a password: that would be readable']
  return { host, port: Number(url.port || 587), encryption: optional ? 'where offered' : 'required', credentials }
}

/** @returns null: there are none; undefined: they cannot be read, or one half is missing. */
function readCredentials({ username, password }: URL): MailServer['credentials'] | undefined {
  if (username === '' && password === '') return null
  if (username === '' || password === '') return undefined
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    return undefined
  }
}

function isLoopback(host: string): boolean {
  const ip = parseIp(host)
  return ip === null ? host.toLowerCase() === 'localhost' : inRanges(ip, LOOPBACK)
}

/** Reads `Acme API <keys@acme.example>`, or the address alone. */
export function parseSender(text: string): Sender | null | string[] {
  if (text === '') return null
  const [, name, inBrackets] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? []
  const address = (inBrackets ?? text).trim()
  const shown = name?.trim().replace(/^"(.*)"$/, '$1') ?? ''
  return isMailAddress(address) && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\]/u.test(shown)
    ? { name: shown || null, address }
    : ['an address like keys@example.com or Example API <keys@example.com>']
}

/** Where nobody says otherwise, mail comes from the host that its links lead to. */
export function defaultSender(publicUrl: string | null): Sender {
  const host = publicUrl === null ? 'localhost' : new URL(publicUrl).hostname
  return { name: null, address: `no-reply@${isIP(host.replace(/^\[|\]$/g, '')) ? 'localhost' : host}` }
}

/**
 * Whether mail can be sent there by the plain form of an address (RFC 5321, section 4.1.2), without quotes, comments or
 * address literals: those are read differently by different servers.
 */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]+$/u.test(text)
}
