import type { Usage, UsageQuery } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { note, print, printJson } from './output.ts'
import { readTime } from './times.ts'
import { usageTable } from './usage-view.ts'

export interface UsageFlags {
  from?: string
  to?: string
  by?: 'hour' | 'day'
  json?: boolean
}

/** What every command takes that shows counts. */
export function addUsageOptions(command: Command): Command {
  return command
    .option('--from <time>', 'e.g. 2027-01-31T09:30:00Z or 2027-01-31; left out: a week before its end')
    .option('--to <time>', 'left out: now')
    .addOption(new Option('--by <bucket>', 'hour (left out) or day').choices(['hour', 'day']))
    .option('--json', "print the server's answer as JSON")
}

export function readUsageQuery({ from, to, by }: UsageFlags): UsageQuery {
  return {
    ...(from !== undefined && { from: readTime('--from', from) }),
    ...(to !== undefined && { to: readTime('--to', to) }),
    ...(by !== undefined && { bucket: by }),
  }
}

export function printUsage(usage: Usage, { json }: UsageFlags): void {
  if (json) printJson(usage)
  else if (Object.keys(usage.totals).length === 0) note(`no use from ${usage.from} to ${usage.to}`)
  else print(usageTable(usage))
}
