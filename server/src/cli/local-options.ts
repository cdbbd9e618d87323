import type { Command } from 'commander'

/** Where the database is; for the commands that open it themselves. */
export interface StorageFlags {
  dataDir?: string
}

export function addStorageOptions(command: Command): Command {
  return (
    command
      .option('--data-dir <path>', 'embedded database and server key (CLAVIGER_DATA_DIR, ./data)')
      // They talk to no server, so where one is does not belong into their help.
      .configureHelp({ showGlobalOptions: false })
  )
}

export function addProfileOption(command: Command): Command {
  return command.option('--profile <name-or-path>', 'product file (CLAVIGER_PROFILE, default)')
}
