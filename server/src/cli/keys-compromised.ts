import type { Command } from 'commander'
import { readId } from './arguments.ts'
import { confirm } from './confirm.ts'
import { connect } from './connection.ts'
import { issuedKey, receiptLine } from './key-view.ts'
import { note, print, printJson } from './output.ts'
import { printable } from './printable.ts'
import { callersTable } from './usage-view.ts'

interface CompromisedFlags {
  org: string
  note?: string
  json?: boolean
  yes?: boolean
}

/** All that a leak asks for, in one command. */
export function addKeysCompromised(keys: Command): void {
  keys
    .command('compromised <key>')
    .description('end a leaked key, replace it, tell owners and admins, and show who used it')
    .requiredOption('--org <organization>', 'the organization of the key, org_…')
    .option('--note <text>', 'what to remember about it')
    .option('--json', "print the server's answer as JSON")
    .option('--yes', 'do not ask')
    .action(async (id: string, { org, note: remembered, json, yes }: CompromisedFlags, called: Command) => {
      const names = [readId('organization', org), readId('key', id)] as const
      const { keys: client } = connect(called)
      await confirm('compromised', yes, async () => {
        const { name, prefix } = await client.get(...names)
        return printable(`End ${name} (${prefix})? It stops working at once, for good.`)
      })
      const answer = await client.endCompromised(...names, remembered === undefined ? {} : { note: remembered })
      if (json) return printJson(answer)
      const { key, replacement, notReplaced, report, receipt } = answer
      print(printable(`${key.id} is revoked everywhere ${receiptLine(receipt)}`))
      if (replacement) print(`\n${issuedKey({ ...replacement, receipt })}`)
      if (report.items.length > 0) print(`\n${callersTable(report)}`)
      if (replacement?.secret) note('the secret of the replacement is shown this once')
      if (notReplaced) note(printable(`nothing replaces it: ${notReplaced.message} (${notReplaced.code})`))
    })
}
