import type { PlanList } from '@claviger/sdk'
import type { Command } from 'commander'
import { connect } from './connection.ts'
import { note, print, printJson } from './output.ts'
import { table } from './table.ts'

/** What organizations can be put on. */
export function addOrgPlans(org: Command): void {
  org
    .command('plans')
    .description('plans of the product file, and how many organizations are on each')
    .option('--json', "print the server's answer as JSON")
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const plans = await connect(command).organizations.plans()
      if (json) return printJson(plans)
      print(planTable(plans))
      for (const { id } of plans.gone) {
        note(`the product file no longer has the plan ${id}: nothing caps the keys of organizations on it`)
      }
    })
}

function planTable({ items, gone }: PlanList): string {
  return table(
    ['PLAN', 'KEYS', 'SCOPES', 'RATE LIMIT', 'OWNERS CHOOSE IT', 'ORGANIZATIONS'],
    [
      ...items.map(({ id, maxKeys, scopes, defaultRateLimit, selfService, organizations }) => [
        id,
        maxKeys === null ? 'any number' : String(maxKeys),
        scopes === null ? 'all' : scopes.join(', '),
        defaultRateLimit === null ? '-' : `${defaultRateLimit.limit} in ${defaultRateLimit.windowSeconds} s`,
        selfService ? 'yes' : 'no',
        String(organizations),
      ]),
      ...gone.map(({ id, organizations }) => [id, 'any number', 'all', '-', 'no', String(organizations)]),
    ],
  )
}
