import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { type IpRange, parseIpRange } from '@claviger/core'
import {
  defaultSender,
  type MailServer,
  type MailSettings,
  parseSender,
  parseSmtpUrl,
  type Sender,
} from './smtp/settings.ts'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Config {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Absolute. */
  readonly dataDir: string
  /** Of PostgreSQL; null: the embedded database in the data directory. */
  readonly databaseUrl: string | null
  /** A name in `profiles/`, or a path. */
  readonly profile: string
  /** Where callers reach the server; null: at its listen address. Without a slash at the end. */
  readonly publicUrl: string | null
  /** Who is believed about whom a request comes from (`X-Forwarded-For`); nobody by default. */
  readonly trustedProxies: readonly IpRange[]
  /** Where people sign in besides with a password; null: nowhere. */
  readonly oidc: OidcConfig | null
  /** Null: the server key is a file in the data directory. */
  readonly masterKey: string | null
  /** Null: this server sends no mail. */
  readonly mail: MailSettings | null
  readonly logLevel: LogLevel
}

/** An OpenID Connect provider, and this server's registration there. */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What the button says. */
  readonly label: string
}

/** Everything wrong with the configuration, a line for each. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Their values are never printed. */
const HOLD_SECRETS = ['CLAVIGER_MASTER_KEY', 'CLAVIGER_OIDC_CLIENT_SECRET', 'DATABASE_URL', 'SMTP_URL']

/** Flags of the command line; a flag wins over its variable. */
export interface ConfigFlags {
  host?: string | undefined
  port?: string | undefined
  dataDir?: string | undefined
  profile?: string | undefined
  publicUrl?: string | undefined
  trustedProxies?: string | undefined
  logLevel?: string | undefined
}

/** @throws ConfigError that names each wrong flag or variable and how to mend it. */
export function readConfig(flags: ConfigFlags, env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const read = <T>(
    flag: keyof ConfigFlags | null,
    variable: string,
    fallback: T,
    parse: (text: string) => T | string[],
  ): T => {
    const given = flag === null ? undefined : flags[flag]
    const text = given ?? env[variable]
    if (text === undefined) return fallback
    const parsed = parse(text)
    if (!Array.isArray(parsed)) return parsed
    const name = given === undefined ? variable : `--${flag?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    problems.push(`${name} must be ${parsed[0]}${HOLD_SECRETS.includes(variable) ? '' : `; found "${text}"`}`)
    return fallback
  }
  const publicUrl = read<string | null>('publicUrl', 'CLAVIGER_PUBLIC_URL', null, parsePublicUrl)
  const mailServer = read<MailServer | null>(null, 'SMTP_URL', null, parseSmtpUrl)
  const sender = read<Sender | null>(null, 'CLAVIGER_MAIL_FROM', null, parseSender)
  if (sender !== null && !env.SMTP_URL) {
    problems.push('SMTP_URL must be set where CLAVIGER_MAIL_FROM is: it names the server that takes the mail')
  }
  const config: Config = Object.freeze({
    host: read('host', 'CLAVIGER_HOST', '127.0.0.1', (text) =>
      isIP(text) || /^[a-zA-Z0-9.-]+$/.test(text) ? text : ['an address to listen on, like 127.0.0.1'],
    ),
    port: read('port', 'CLAVIGER_PORT', 4280, (text) =>
      /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : ['a port from 0 to 65535'],
    ),
    dataDir: read('dataDir', 'CLAVIGER_DATA_DIR', resolve('data'), (text) =>
      text === '' ? ['the path of a directory'] : resolve(text),
    ),
    databaseUrl: read<string | null>(null, 'DATABASE_URL', null, parseDatabaseUrl),
    profile: read('profile', 'CLAVIGER_PROFILE', 'default', (text) =>
      text === '' ? ['a name in profiles/ or the path of a product file'] : text,
    ),
    publicUrl,
    trustedProxies: read('trustedProxies', 'CLAVIGER_TRUSTED_PROXIES', { ranges: [] }, parseProxies).ranges,
    oidc: readOidc((variable, parse) => read<string | null>(null, variable, null, parse), problems),
    masterKey: read<string | null>(null, 'CLAVIGER_MASTER_KEY', null, (text) =>
      text.trim() === '' ? ['left unset, or one or more versions of the server key'] : text,
    ),
    mail: mailServer && { ...mailServer, from: sender ?? defaultSender(publicUrl) },
    logLevel: read(
      'logLevel',
      'LOG_LEVEL',
      'info',
      (text) => LOG_LEVELS.find((level) => level === text) ?? [`one of ${LOG_LEVELS.join(', ')}`],
    ),
  })
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

type ReadVariable = (variable: string, parse: (text: string) => string | null | string[]) => string | null

/** All four, or none. */
function readOidc(read: ReadVariable, problems: string[]): OidcConfig | null {
  const wrongBefore = problems.length
  const text = (value: string) => (value === '' ? null : value.length <= 500 ? value : ['at most 500 characters'])
  const given = {
    CLAVIGER_OIDC_ISSUER: read('CLAVIGER_OIDC_ISSUER', parseIssuer),
    CLAVIGER_OIDC_CLIENT_ID: read('CLAVIGER_OIDC_CLIENT_ID', text),
    CLAVIGER_OIDC_CLIENT_SECRET: read('CLAVIGER_OIDC_CLIENT_SECRET', text),
    CLAVIGER_OIDC_LABEL: read('CLAVIGER_OIDC_LABEL', (value) =>
      value.length <= 40 ? text(value) : ['what the button says, at most 40 characters'],
    ),
  }
  const {
    CLAVIGER_OIDC_ISSUER: issuer,
    CLAVIGER_OIDC_CLIENT_ID: clientId,
    CLAVIGER_OIDC_CLIENT_SECRET: clientSecret,
    CLAVIGER_OIDC_LABEL: label,
  } = given
  if (issuer !== null && clientId !== null && clientSecret !== null && label !== null) {
    return { issuer, clientId, clientSecret, label }
  }
  const missing = Object.entries(given).flatMap(([variable, value]) => (value === null ? [variable] : []))
  if (missing.length < 4 && problems.length === wrongBefore) {
    problems.push(`${missing.join(', ')} must be set as well: an identity provider takes all of CLAVIGER_OIDC_…`)
  }
  return null
}

/** As the provider calls itself. Plain HTTP only where nobody is in between. */
function parseIssuer(text: string): string | null | string[] {
  if (text === '') return null
  const url = URL.canParse(text) ? new URL(text) : null
  const secure =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))
  const plain = url && url.search === '' && url.hash === '' && url.username === ''
  return secure && plain ? text : ['the https address of the provider’s issuer, like https://login.example.com']
}

/** Where a server with this configuration is reached, as far as one knows who is not it. */
export function likelyAddress({ publicUrl, host, port }: Config): string {
  if (publicUrl !== null) return publicUrl
  const here = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host
  return `http://${here.includes(':') ? `[${here}]` : here}:${port}`
}

function parseDatabaseUrl(text: string): string | null | string[] {
  // How compose files and process managers spell "not set".
  if (text === '') return null
  const url = URL.canParse(text) ? new URL(text) : null
  const plain = url && /^postgres(ql)?:$/.test(url.protocol) && url.hash === '' && /^\/?[^/]*$/.test(url.pathname)
  return plain && isDecodable(url)
    ? text
    : ['like postgres://user:password@host:5432/database, with special characters percent-encoded']
}

function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    return [username, password, pathname].every((part) => decodeURIComponent(part) !== undefined)
  } catch {
    return false
  }
}

function parsePublicUrl(text: string): string | string[] {
  const url = URL.canParse(text) ? new URL(text) : null
  const plain = url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === ''
  return plain ? url.href.replace(/\/+$/, '') : ['an address like https://keys.example.com']
}

function parseProxies(text: string): { ranges: readonly IpRange[] } | string[] {
  if (text.trim() === '') return { ranges: [] }
  const ranges = text.split(',').map((range) => parseIpRange(range.trim()))
  return ranges.includes(null)
    ? ['addresses and ranges separated by commas, like 10.0.0.0/8,2001:db8::1']
    : { ranges: ranges.filter((range) => range !== null) }
}

/** Told wherever mail is set up without it. */
export const NO_PUBLIC_URL = 'CLAVIGER_PUBLIC_URL is not set: links in mails lead to the listen address'
