import type { Command } from 'commander'
import { readId } from './arguments.ts'
import { connect } from './connection.ts'
import { note, print, printJson } from './output.ts'
import { addUsageOptions, printUsage, readUsageQuery, type UsageFlags } from './usage-flags.ts'
import { callersTable, howFarKnown, removalView, scopesTable } from './usage-view.ts'

/** How a key is used, by whom, and whether it could go. */
export function addKeysUsage(keys: Command): void {
  const ofOneKey = (name: string, description: string) =>
    keys
      .command(`${name} <key>`)
      .description(description)
      .requiredOption('--org <organization>', 'the organization of the key, org_…')

  addUsageOptions(ofOneKey('usage', 'how often a key was accepted and refused; also a deleted one')).action(
    async (id: string, { org, ...flags }: UsageFlags & { org: string }, command: Command) => {
      const [names, query] = [namesOf(org, id), readUsageQuery(flags)]
      printUsage(await connect(command).keys.usage(...names, query), flags)
    },
  )

  ofOneKey('callers', 'who uses a key, newest first; also a deleted one')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { org, json }: Flags, command: Command) => {
      const callers = await connect(command).keys.callers(...namesOf(org, id))
      if (json) return printJson(callers)
      if (callers.items.length === 0) return note('nobody has used it yet')
      print(callersTable(callers))
    })

  ofOneKey('scopes', 'which of its scopes a key uses, and which it could do without')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { org, json }: Flags, command: Command) => {
      const scopes = await connect(command).keys.scopes(...namesOf(org, id))
      if (json) return printJson(scopes)
      print(scopesTable(scopes))
      note(howFarKnown(scopes))
    })

  ofOneKey('removal-check', 'who would break if a key were removed now')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { org, json }: Flags, command: Command) => {
      const check = await connect(command).keys.removalCheck(...namesOf(org, id))
      if (json) return printJson(check)
      print(removalView(check))
    })
}

interface Flags {
  org: string
  json?: boolean
}

function namesOf(org: string, key: string): [organizationId: string, keyId: string] {
  return [readId('organization', org), readId('key', key)]
}
