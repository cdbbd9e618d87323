import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { addProfileOption, addStorageOptions, type StorageFlags } from './local-options.ts'
import { print, printJson } from './output.ts'
import { printable } from './printable.ts'

interface DoctorFlags extends StorageFlags {
  profile?: string
  json?: boolean
}

export function addDoctor(program: Command): void {
  const doctor = program
    .command('doctor')
    .description(
      'look at configuration, product file, files, database, clock, server key and mail; changes and sends nothing',
    )
  addProfileOption(addStorageOptions(doctor))
    .option('--json', 'print the findings as JSON')
    .action(async ({ json, ...flags }: DoctorFlags) => {
      const config = readConfig(flags, process.env)
      const { examine } = await import('../commands.ts')
      const findings = await examine(config)
      if (json) printJson({ findings })
      else for (const { what, problem, detail } of findings) print(line(what, problem, detail))
      if (findings.some(({ problem }) => problem !== null)) process.exitCode = EXIT_CODES.fault.code
    })
}

function line(what: string, problem: string | null, detail: string): string {
  return printable(problem === null ? `ok       ${what}: ${detail}` : `problem  ${what}: ${problem}`)
}
