import { Secret } from '@claviger/core'
import { VERSION } from './version.ts'

/** The part of the global `fetch` that is called here. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>

export interface ClientOptions {
  /** Where the server is, e.g. `https://keys.example.com`; a path in front of its routes is kept. */
  url: string
  /**
   * A service key (`clv_…`), or, for `keys.self`, a customer's own key. Null, in a browser on a page of the server
   * itself: whoever is signed in there, by the session cookie that no script sees.
   */
  key: string | null
  /** By default the global one. */
  fetch?: FetchLike
  /** How long a call may take, its answer included; by default 10,000. */
  timeoutMs?: number
  /** Sent as `User-Agent`, where the platform lets it be set. */
  userAgent?: string
}

/** Options as the transport wants them: checked, and complete. */
export interface Settings {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly key: Secret | null
  readonly fetch: FetchLike
  readonly timeoutMs: number
  readonly userAgent: string
}

const DEFAULT_TIMEOUT_MS = 10_000
/** What a timer can hold. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/** @throws TypeError that names the wrong option. It never repeats a value: the value could be a secret. */
export function readOptions(options: ClientOptions): Settings {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object')
  const { timeoutMs = DEFAULT_TIMEOUT_MS, userAgent = `claviger-sdk/${VERSION}`, fetch } = options
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > LONGEST_TIMEOUT_MS) {
    throw new TypeError(`options.timeoutMs must be a whole number from 1 to ${LONGEST_TIMEOUT_MS}`)
  }
  if (typeof userAgent !== 'string' || !/^[\x20-\x7e]+$/.test(userAgent)) {
    throw new TypeError('options.userAgent must be printable ASCII')
  }
  if (fetch !== undefined && typeof fetch !== 'function') throw new TypeError('options.fetch must be a function')
  return {
    baseUrl: readUrl(options.url),
    key: readKey(options.key),
    // Looked up at each call and called on its own: a browser's fetch refuses any other `this`.
    fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)),
    timeoutMs,
    userAgent,
  }
}

function readUrl(url: string): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError('options.url must be an address like https://keys.example.com')
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw new TypeError('options.url must have no user name, password, query or fragment')
  }
  return parsed.href.replace(/\/+$/, '')
}

// A header that cannot be sent makes fetch throw an error that quotes it.
function readKey(key: string | null): Secret | null {
  if (key === null) return null
  if (typeof key !== 'string' || key === '') throw new TypeError('options.key must be a key')
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError('options.key must be printable ASCII without blanks; is there a line break at its end?')
  }
  return new Secret(key)
}
