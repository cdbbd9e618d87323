import { types as builtIn, type ClientConfig, TypeOverrides } from 'pg'

/**
 * How long anything may take. Each is below the two seconds after which a verdict from memory is no longer trusted, so
 * that nothing frozen, here or elsewhere, holds up changes for longer than that.
 */
export const LOCK_TIMEOUT_MS = 1_000
/** Longer than a wait for a lock, so that a wait that is too long is told as what it is. */
export const STATEMENT_TIMEOUT_MS = 1_500
/** A change sends its statements one after the other without a pause: one that pauses is frozen. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 1_500
/** Counted here: a network that swallows everything leaves the limits above without effect. */
const ANSWER_TIMEOUT_MS = 1_800
const CONNECT_TIMEOUT_MS = 1_800
const KEEPALIVE_DELAY_MS = 3_000

/**
 * What every session runs with, whatever the defaults of the role or the database are.
 *
 * Read committed is right because every change takes the lock on the clock row first: under it each statement sees all
 * that was committed before the lock was had. A stricter level would fix the snapshot while still waiting for the lock.
 */
const SESSION = {
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  // A change is acknowledged only when it survives a power cut, and a synchronous standby has it too.
  synchronous_commit: 'on',
  // PostgreSQL gives up a client that has vanished after six seconds: later than the client has given up itself.
  tcp_keepalives_idle: '3',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '6000',
} as const

const HURRY = {
  lock_timeout: String(LOCK_TIMEOUT_MS),
  statement_timeout: String(STATEMENT_TIMEOUT_MS),
  idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_TIMEOUT_MS),
} as const

/** Whoever reads the tables just now, a backup for instance, is waited for, but not for ever. */
const PATIENCE = {
  lock_timeout: '30000',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
} as const

/** The URL's own words for the same would win over ours. */
const OURS = [...Object.keys(HURRY), 'application_name', 'options', 'query_timeout']

/** The database cannot be used as it is. */
export class UnusableDatabase extends Error {
  override name = 'UnusableDatabase'
}

export interface Use {
  /** Shown to whoever looks at the database's sessions. */
  name: string
  /** False: making and changing tables takes as long as it takes. */
  hurried: boolean
}

/** @param databaseUrl `postgres://…`; its `options` are kept, such as a `search_path`. */
export function connectionSettings(databaseUrl: string, { name, hurried }: Use): ClientConfig {
  const url = new URL(databaseUrl)
  const given = url.searchParams.getAll('options')
  for (const parameter of OURS) url.searchParams.delete(parameter)
  const session = Object.entries({ ...SESSION, ...(hurried ? HURRY : PATIENCE) })
  return {
    connectionString: url.href,
    application_name: name,
    options: [...given, ...session.map(([setting, value]) => `-c ${setting}=${value.replaceAll(' ', '\\ ')}`)].join(
      ' ',
    ),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...(hurried && { query_timeout: ANSWER_TIMEOUT_MS }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY_MS,
    types,
  }
}

/** 64-bit integers are numbers here: times in milliseconds, counts and versions, all far below 2^53. */
const types = new TypeOverrides()
types.setTypeParser(builtIn.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds an integer out of range: ${text}`)
  return value
})
