import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { confirm } from './confirm.ts'
import { addStorageOptions, type StorageFlags } from './local-options.ts'
import { note, print, printJson } from './output.ts'
import { UsageError } from './usage-error.ts'

export function addBackup(program: Command): void {
  addStorageOptions(
    program
      .command('backup')
      .description('copy the embedded database into one file, also beside a running server')
      .requiredOption('--to <file>', 'a file that is not there yet')
      .option('--json', 'print what was made as JSON'),
  ).action(async ({ to, json, ...flags }: StorageFlags & { to: string; json?: boolean }) => {
    const config = readConfig(flags, process.env)
    if (config.databaseUrl !== null)
      throw new UsageError('backup is for the embedded database; of PostgreSQL, pg_dump makes one')
    const { backUp } = await import('../commands.ts')
    const file = resolve(to)
    const { version, bytes } = await backUp(config, file)
    if (json) return printJson({ file, version, bytes })
    print(`${file}: version ${version}, ${bytes} bytes, checked`)
    note(
      config.masterKey === null
        ? `the server key is not in it; keep ${config.dataDir}/server-key apart from it: neither is of use without the other`
        : 'the server key is not in it; keep CLAVIGER_MASTER_KEY apart from it: neither is of use without the other',
    )
  })
}

interface RestoreFlags extends StorageFlags {
  from: string
  yes?: boolean
  json?: boolean
}

export function addRestore(program: Command): void {
  addStorageOptions(
    program
      .command('restore')
      .description('put a backup in the place of the embedded database, while no server runs')
      .requiredOption('--from <file>', 'made by claviger backup')
      .option('--yes', 'do not ask')
      .option('--json', 'print what was done as JSON'),
  ).action(async ({ from, yes, json, ...flags }: RestoreFlags) => {
    const config = readConfig(flags, process.env)
    if (config.databaseUrl !== null) {
      throw new UsageError(
        'restore is for the embedded database; of PostgreSQL, pg_restore does it, and the next start does again what was ended since',
      )
    }
    const { restore } = await import('../commands.ts')
    const file = resolve(from)
    const { version, keptAs, hasJournal, notices } = await restore(config, file, ({ version: backup, present }) =>
      confirm('restore', yes, async () => {
        const what = present === null ? 'what is there cannot be read' : `what is there is at version ${present}`
        return `Put ${file}, version ${backup}, in place of the database? ${what}, and is kept.`
      }),
    )
    if (json) return printJson({ file, version, keptAs, notices })
    print(`restored ${file}, version ${version}`)
    if (keptAs !== null) print(`what was there before is ${keptAs}`)
    for (const notice of notices) print(notice)
    if (!hasJournal) {
      note('there is no journal here: what was revoked after the backup was made is not known, and works again')
    }
  })
}
