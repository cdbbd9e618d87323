import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { addStorageOptions, type StorageFlags } from './local-options.ts'
import { note, print, printJson } from './output.ts'

export function addServerKey(program: Command): void {
  const serverKey = program
    .command('server-key')
    .description('what every secret and every seal is made with')
    .helpCommand(false)
  addStorageOptions(
    serverKey
      .command('rotate')
      .description('add a version under which everything new is made; what was made under the others stays good')
      .option('--json', 'print the new version as JSON'),
  ).action(async ({ json, ...flags }: StorageFlags & { json?: boolean }) => {
    const config = readConfig(flags, process.env)
    const { rotateServerKey } = await import('../commands.ts')
    const { version, entry } = rotateServerKey(config)
    if (json) return printJson({ version, entry })
    if (entry === null) {
      print(`version ${version} is in ${config.dataDir}/server-key, beside those that were there`)
      note('a running server uses it within a few seconds; back the file up again, apart from the database')
    } else {
      print(entry)
      note(`append it to CLAVIGER_MASTER_KEY, after a comma, keep what is there, and start the server again`)
      note('it is shown this once, and nothing has been changed')
    }
  })
}
