import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { addStorageOptions, type StorageFlags } from './local-options.ts'
import { print } from './output.ts'

export function addMigrate(program: Command): void {
  addStorageOptions(
    program.command('migrate').description('bring the database up to this version, while no server runs on it'),
  ).action(async (flags: StorageFlags) => {
    const config = readConfig(flags, process.env)
    const { openStorage } = await import('../commands.ts')
    const { migrated, close } = await openStorage(config, 'alone')
    await close()
    print(
      migrated.length === 0
        ? 'nothing to do: the database is up to date'
        : migrated.map((name) => `ran ${name}`).join('\n'),
    )
  })
}
