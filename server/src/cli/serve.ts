import { constants } from 'node:os'
import type { Command } from 'commander'
import { type Config, type ConfigFlags, readConfig } from '../config.ts'
import { DEFAULT_URL } from './connection.ts'
import { addProfileOption, addStorageOptions } from './local-options.ts'
import { note, print } from './output.ts'

export function addServe(program: Command): void {
  const serve = program
    .command('serve')
    .description('run the server until it is told to stop')
    .option('--host <address>', 'address to listen on (CLAVIGER_HOST, 127.0.0.1)')
    .option('--port <number>', 'port to listen on, 0 for any free one (CLAVIGER_PORT, 4280)')
  addProfileOption(addStorageOptions(serve))
    .option('--public-url <url>', 'where callers reach the server (CLAVIGER_PUBLIC_URL)')
    .option('--trusted-proxies <list>', 'whose X-Forwarded-For is believed (CLAVIGER_TRUSTED_PROXIES, nobody)')
    .option('--log-level <level>', 'how much to log (LOG_LEVEL, info)')
    .action(runServer)
}

async function runServer(flags: ConfigFlags): Promise<void> {
  const config = readConfig(flags, process.env)
  const { compose } = await import('../main.ts')
  const server = await compose(config)
  const stopped = stopSignal()
  try {
    for (const notice of server.notices) note(notice)
    const address = await server.listen()
    print(`Claviger serves ${server.product.name} at ${address}`)
    print(`Next: ${nextCommand(config)}`)
    for (const variable of secretVariables(config)) print(`      with the same ${variable} as here`)
    if (address !== DEFAULT_URL) print(`      export CLAVIGER_URL=${address}`)
    const link = server.setUpLink()
    if (link !== null) print(`Or set it up in a browser, within the hour: ${link}`)
    await stopped
    note('stopping: what was accepted is answered first; a second signal stops at once')
  } finally {
    await server.close()
  }
}

/** With whatever makes it find the same database from another terminal, started in the same directory. */
function nextCommand({ dataDir, profile }: Config): string {
  const defaults = readConfig({}, {})
  return [
    'npx claviger service-key create --name my-backend',
    ...(dataDir === defaults.dataDir ? [] : [`--data-dir ${quoted(dataDir)}`]),
    ...(profile === defaults.profile ? [] : [`--profile ${quoted(profile)}`]),
  ].join(' ')
}

/** What that command needs too, and what is not for a screen. */
function secretVariables({ databaseUrl, masterKey }: Config): string[] {
  return [...(databaseUrl === null ? [] : ['DATABASE_URL']), ...(masterKey === null ? [] : ['CLAVIGER_MASTER_KEY'])]
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** Ctrl-C reaches the whole group of processes, and npm and the launcher each pass theirs on: one wish, several signals. */
const ECHO_MS = 250

/** Resolves at the first SIGTERM or SIGINT. A second one, for somebody who does not want to wait, ends the process. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        const now = performance.now()
        if (first !== undefined && now - first > ECHO_MS) process.exit(128 + constants.signals[signal])
        first ??= now
        resolve()
      })
    }
  })
}
