import type { Command } from 'commander'
import type { HeadReport } from '../commands.ts'
import { readConfig } from '../config.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { addStorageOptions, type StorageFlags } from './local-options.ts'
import { print, printJson } from './output.ts'
import { printable } from './printable.ts'

interface VerifyFlags extends StorageFlags {
  /** True: the journal in the data directory; otherwise files, and heads as the log has them. */
  head?: true | string[]
  json?: boolean
}

export function addAuditVerify(audit: Command): void {
  addStorageOptions(
    audit
      .command('verify')
      .description('recompute every seal on the database itself, also beside a running server')
      .option(
        '--head [noted...]',
        'also compare with the journal in the data directory, with copies of it, or with heads from the log (chain:count:mac)',
      )
      .option('--json', 'print the findings as JSON'),
  ).action(async ({ json, head, ...flags }: VerifyFlags) => {
    const config = readConfig(flags, process.env)
    const { composeCommand, isSound } = await import('../commands.ts')
    const command = await composeCommand(config)
    try {
      // What was noted first: the database may only have more.
      const noted = head === undefined ? [] : await command.compareHeads(head === true ? null : head)
      const chains = await command.verifyAudit()
      if (json) printJson(head === undefined ? { chains } : { chains, noted })
      else {
        for (const { chain, ...verdict } of chains) print(printable(`${chain}: ${describe(verdict)}`))
        for (const line of noted.flatMap(describeReport)) print(printable(line))
      }
      if (chains.some(({ intact }) => !intact) || !noted.every(isSound)) process.exitCode = EXIT_CODES.fault.code
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

function describeReport({ from, chains, version, problem, mismatches, gaps, cuts }: HeadReport): string[] {
  const what = from === 'given' ? 'given heads' : `journal ${from}`
  const counted = `${chains} ${chains === 1 ? 'chain' : 'chains'}`
  const sound = problem === null && mismatches.length === 0 && cuts.length === 0
  return [
    ...gaps.map(
      ({ at, from: noted, to }) =>
        `${what}: on ${timeOf(at)} the database had gone back from version ${noted} to ${to}; what had been ended since was done again`,
    ),
    ...cuts.map(
      ({ chain, at, noted, found }) =>
        `${what}: CUT: on ${timeOf(at)} ${chain} was found with ${found} events and had had ${noted}`,
    ),
    ...(problem === null ? [] : [`${what}: BROKEN: ${problem}`]),
    ...mismatches.map(({ chain, reason }) => `${what}: BROKEN: ${chain}: ${reason}`),
    ...(sound ? [`${what}: as noted, ${counted}${version === null ? '' : ` up to version ${version}`}`] : []),
  ]
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
