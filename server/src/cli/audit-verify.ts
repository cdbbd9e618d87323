import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { addStorageOptions, type StorageFlags } from './local-options.ts'
import { print, printJson } from './output.ts'
import { printable } from './printable.ts'

export function addAuditVerify(audit: Command): void {
  addStorageOptions(
    audit
      .command('verify')
      .description('recompute every seal on the database itself, also beside a running server')
      .option('--json', 'print the findings as JSON'),
  ).action(async ({ json, ...flags }: StorageFlags & { json?: boolean }) => {
    const config = readConfig(flags, process.env)
    const { composeCommand } = await import('../main.ts')
    const command = await composeCommand(config)
    try {
      const chains = await command.verifyAudit()
      if (json) printJson({ chains })
      else for (const { chain, ...verdict } of chains) print(printable(`${chain}: ${describe(verdict)}`))
      if (chains.some(({ intact }) => !intact)) process.exitCode = EXIT_CODES.fault.code
    } finally {
      await command.close()
    }
  })
}

type Verdict = { intact: true; count: number } | { intact: false; sequence: number; reason: string }

function describe(verdict: Verdict): string {
  if (!verdict.intact) return `BROKEN at event ${verdict.sequence}: ${verdict.reason}`
  return `intact, ${verdict.count} ${verdict.count === 1 ? 'event' : 'events'}`
}
