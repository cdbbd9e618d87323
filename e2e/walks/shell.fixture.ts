import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface ShellOutcome {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Runs commands as a person pastes them into a terminal.
 * @param typed what the person types once a command waits for it.
 * @throws Error in one line where curl is missing.
 */
export async function runInShell(
  command: string,
  env: Readonly<Record<string, string>> = {},
  typed = '',
): Promise<ShellOutcome> {
  const curl = await run('command -v curl')
  if (curl.code !== 0) throw new Error('curl is not on this machine: install the package "curl"')
  return run(command, env, typed)
}

async function run(command: string, env: Readonly<Record<string, string>> = {}, typed = ''): Promise<ShellOutcome> {
  const { PATH = '' } = process.env
  const shell = spawn('bash', ['-c', command], { env: { PATH, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  // Whoever reads nothing may be gone before it is written.
  shell.stdin.on('error', () => {}).end(typed)
  const [stdout, stderr, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')])
  return { code, stdout, stderr }
}

export interface CurlAnswer<T> {
  status: number
  headers: string
  body: T
}

/**
 * Asks with curl, in a terminal.
 * @param options as they are written after `curl`, quoted for the shell.
 * @throws Error where there was no answer, or none in JSON.
 */
export async function curl<T = unknown>(...options: string[]): Promise<CurlAnswer<T>> {
  const { code, stdout, stderr } = await runInShell(`curl --silent --show-error --include ${options.join(' ')}`)
  const end = stdout.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(stdout)?.[1])
  if (code !== 0 || end < 0) throw new Error(`curl ${options.join(' ')}: ${stdout}${stderr}`)
  return { status, headers: stdout.slice(0, end).toLowerCase(), body: JSON.parse(stdout.slice(end + 4)) }
}

/** As an option of curl. */
export const bearer = (secret: string) => `--header "Authorization: Bearer ${secret}"`

/** From elsewhere, through the proxy that the server trusts. */
export const from = (ip: string) => `--header "X-Forwarded-For: ${ip}"`

export const json = (body: object) => `--header "Content-Type: application/json" --data '${JSON.stringify(body)}'`
