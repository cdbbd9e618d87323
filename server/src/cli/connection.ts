import { readFileSync } from 'node:fs'
import { type Client, createClient } from '@claviger/sdk'
import type { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { UsageError } from './usage-error.ts'

/** Where a server is that was started without a word about it. */
export const DEFAULT_URL = 'http://127.0.0.1:4280'

interface ConnectionFlags {
  url?: string
  keyFile?: string
}

export function addConnectionOptions(program: Command): void {
  program
    .option('--url <url>', `where the server is (CLAVIGER_URL, ${DEFAULT_URL})`)
    .option('--key-file <path>', 'file that holds the service key, instead of CLAVIGER_KEY')
}

/** A client of the server that flags and environment name. There is no flag for the key: flags are seen by everybody. */
export function connect(command: Command): Client {
  const flags = command.optsWithGlobals<ConnectionFlags>()
  const url = flags.url ?? process.env.CLAVIGER_URL ?? DEFAULT_URL
  const key = flags.keyFile === undefined ? process.env.CLAVIGER_KEY?.trim() : readKeyFile(flags.keyFile)
  if (!key) {
    throw new UsageError(
      'no service key: set CLAVIGER_KEY, or name a file with --key-file',
      'make one where the server runs: claviger service-key create --name NAME',
    )
  }
  try {
    return createClient({ url, key, userAgent: `claviger-cli/${manifest.version}` })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const names = error.message
      .replace('options.url', flags.url === undefined ? 'CLAVIGER_URL' : '--url')
      .replace('options.key', flags.keyFile === undefined ? 'CLAVIGER_KEY' : '--key-file')
    throw new UsageError(names)
  }
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`--key-file cannot be read: ${(error as Error).message}`)
  }
}
