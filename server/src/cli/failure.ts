import { debuglog } from 'node:util'
import { ClavigerError } from '@claviger/sdk'
import { CommanderError } from 'commander'
import { Declined } from './confirm.ts'
import { EXIT_CODES, type Outcome, outcomeOf } from './exit-codes.ts'
import { say } from './output.ts'
import { UsageError } from './usage-error.ts'

interface Failure {
  outcome: Outcome
  lines: readonly string[]
  hint?: string | undefined
}

/** Says on standard error what went wrong, each cause in one line. @returns the exit code. */
export function reportFailure(error: unknown): number {
  const { outcome, lines, hint } = explain(error)
  for (const line of lines) say('error', line)
  if (hint !== undefined) say('hint', hint)
  debuglog('claviger')('%o', error)
  return EXIT_CODES[outcome].code
}

function explain(error: unknown): Failure {
  if (error instanceof CommanderError) return explainCommander(error)
  if (error instanceof UsageError) return { outcome: 'usage', lines: [error.message], hint: error.hint }
  if (error instanceof Declined) return { outcome: 'fault', lines: [error.message] }
  if (isRefusal(error)) return explainRefusal(error)
  if (error instanceof Error) return explainStart(error) ?? explainSystem(error)
  return { outcome: 'fault', lines: [String(error)] }
}

/** A refusal by the server, or by the same rules where a command works on the database itself. */
type Refusal = Pick<ClavigerError, 'code' | 'message' | 'status' | 'details'> & { requestId?: string | null }

function isRefusal(error: unknown): error is Refusal & Error {
  return error instanceof ClavigerError || (error instanceof Error && error.name === 'AppError' && 'status' in error)
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['UNREACHABLE', 'is the server running (claviger serve)? Its address is CLAVIGER_URL or --url'],
  ['UNAVAILABLE', 'it is safe to repeat'],
  ['UNAUTHORIZED', 'make a service key where the server runs: claviger service-key create --name NAME'],
  ['KEY_NOT_REVOKED', 'revoke it first: claviger keys revoke'],
  ['KEY_IN_USE', 'claviger keys callers shows who uses it; to delete it all the same, add --in-use'],
])

function explainRefusal(refusal: Refusal): Failure {
  const { code, message, details, requestId } = refusal
  const [, ...others] = code === 'VALIDATION_FAILED' ? Object.entries(details) : []
  const rest = others.map(([field, problems]) => `${field} ${[problems].flat().join(' and ')}`)
  return {
    outcome: outcomeOf(refusal),
    lines: [`${message} (${code}${requestId ? `, request ${requestId}` : ''})`],
    hint: rest.length > 0 ? `also: ${rest.join('; ')}` : HINTS.get(code),
  }
}

/**
 * What keeps a server from starting: each error says in its own words what to do. By name, because importing the classes
 * would load the whole server for every command that only talks to one.
 */
const START_FAILURES: ReadonlyMap<string, Outcome> = new Map([
  ['ConfigError', 'usage'],
  ['ProductFileError', 'usage'],
  ['ServerKeyError', 'usage'],
  ['UnusableDatabase', 'usage'],
  ['DataDirectoryBusy', 'fault'],
  ['DatabaseBusy', 'fault'],
  ['DatabaseUnavailable', 'fault'],
  ['FutureDatabase', 'fault'],
  ['JournalError', 'fault'],
  ['BackupError', 'fault'],
])

function explainStart({ name, message }: Error): Failure | undefined {
  const outcome = START_FAILURES.get(name)
  return outcome && { outcome, lines: message.split('\n') }
}

/** Where it was to listen. */
interface Endpoint {
  address: string
  hostname: string
  port: number
}

/** What the operating system or the database refused: their own words are one clear line. */
function explainSystem(error: Error & Partial<NodeJS.ErrnoException & Endpoint>): Failure {
  const { code, syscall, address, hostname, port, message } = error
  if (code === 'EADDRINUSE') {
    const hint = 'stop what listens there, or choose another with --port'
    return { outcome: 'fault', lines: [`port ${port} of ${address} is taken`], hint }
  }
  if (code === 'EACCES' && syscall === 'listen') {
    return { outcome: 'usage', lines: [`port ${port} needs more rights`], hint: 'choose one above 1023 with --port' }
  }
  if (code === 'EADDRNOTAVAIL') {
    return { outcome: 'usage', lines: [`${address} is no address of this machine`], hint: 'choose one with --host' }
  }
  if (syscall === 'getaddrinfo') return { outcome: 'usage', lines: [`no host is called ${hostname} (${code})`] }
  if (syscall !== undefined) return { outcome: 'fault', lines: [message] }
  if (code?.startsWith('SQLITE_')) return { outcome: 'fault', lines: [`the database: ${message} (${code})`] }
  return {
    outcome: 'fault',
    lines: [message],
    hint: 'this was not foreseen; NODE_DEBUG=claviger shows where it came from',
  }
}

/** Commander's messages begin with "error: " and end, where it can guess, with a suggestion in brackets. */
function explainCommander({ code, exitCode, message }: CommanderError): Failure {
  // Help and version have been printed.
  if (exitCode === 0) return { outcome: 'ok', lines: [] }
  if (code === 'commander.help') return { outcome: 'usage', lines: [] }
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n')
  // What stands on the command line by mistake may be a secret.
  const line = what
    .replace(/(unknown option '[^'=]*)=.*'/, "$1'")
    .replace(/(too many arguments.* but got \d+): .*/, '$1')
  return { outcome: 'usage', lines: [line], hint: suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'claviger --help' }
}
