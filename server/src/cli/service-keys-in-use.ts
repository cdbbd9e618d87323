import type { ApiKey } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { readId } from './arguments.ts'
import { confirm } from './confirm.ts'
import { connect } from './connection.ts'
import { lastUseOf, REVOKE_REASONS, receiptLine } from './key-view.ts'
import { addListOptions, type ListFlags, printList } from './list.ts'
import { print, printJson } from './output.ts'
import { printable } from './printable.ts'
import { table } from './table.ts'

interface RevokeFlags {
  reason?: (typeof REVOKE_REASONS)[number]
  note?: string
  yes?: boolean
  json?: boolean
}

/** What is done with service keys over HTTP, by somebody who holds one. */
export function addServiceKeysInUse(serviceKey: Command): void {
  addListOptions(serviceKey.command('list').description('list service keys, newest first')).action(
    async (flags: ListFlags, command: Command) => {
      await printList(flags, connect(command).serviceKeys, serviceKeyTable, 'no service key yet')
    },
  )

  serviceKey
    .command('revoke <key>')
    .description('end a service key for good')
    .addOption(new Option('--reason <reason>', 'why').choices(REVOKE_REASONS))
    .option('--note <text>', 'what to remember about it')
    .option('--yes', 'do not ask')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { json, yes, ...why }: RevokeFlags, command: Command) => {
      const { serviceKeys } = connect(command)
      const keyId = readId('key', id)
      await confirm('revoke', yes, async () =>
        printable(`Revoke the service key ${keyId}? Whatever uses it stops working at once, for good.`),
      )
      const answer = await serviceKeys.revoke(keyId, why)
      if (json) return printJson(answer)
      print(printable(`${answer.key.id} is revoked everywhere ${receiptLine(answer.receipt)}`))
    })
}

function serviceKeyTable(keys: readonly ApiKey[]): string {
  return table(
    ['ID', 'PREFIX', 'STATUS', 'SCOPES', 'ORGANIZATION', 'LAST USED', 'NAME'],
    keys.map((key) => [
      key.id,
      key.prefix,
      key.status,
      key.scopes.join(','),
      key.organizationId ?? '-',
      lastUseOf(key),
      key.name,
    ]),
  )
}
