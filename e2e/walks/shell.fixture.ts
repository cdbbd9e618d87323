import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface ShellOutcome {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Runs a command as a person pastes it into a terminal.
 * @throws Error in one line where curl is missing.
 */
export async function runInShell(command: string, env: Readonly<Record<string, string>> = {}): Promise<ShellOutcome> {
  const curl = await run('command -v curl')
  if (curl.code !== 0) throw new Error('curl is not on this machine: install the package "curl"')
  return run(command, env)
}

async function run(command: string, env: Readonly<Record<string, string>> = {}): Promise<ShellOutcome> {
  const { PATH = '' } = process.env
  const shell = spawn('/bin/sh', ['-c', command], { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')])
  return { code, stdout, stderr }
}
