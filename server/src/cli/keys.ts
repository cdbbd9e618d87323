import type { Client, PageRequest } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { readId } from './arguments.ts'
import { confirm } from './confirm.ts'
import { connect } from './connection.ts'
import { issuedKey, keyFacts, keyTable, lastUseOf, REVOKE_REASONS, receiptLine } from './key-view.ts'
import { addKeysCompromised } from './keys-compromised.ts'
import { addKeysCreate } from './keys-create.ts'
import { addKeysEdit } from './keys-edit.ts'
import { addFilterOptions, type FilterFlags, readFilter } from './keys-filter.ts'
import { addKeysMove } from './keys-move.ts'
import { addKeysSwitch } from './keys-switch.ts'
import { addKeysUsage } from './keys-usage.ts'
import { addListOptions, type ListFlags, printList } from './list.ts'
import { note, print, printJson } from './output.ts'
import { printable } from './printable.ts'
import { readSeconds } from './times.ts'

interface KeyFlags {
  org: string
  json?: boolean
  yes?: boolean
}

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description("keys of an organization: your customers' credentials")
    .helpCommand(false)
  addKeysCreate(keys)
  addKeysEdit(keys)
  addKeysSwitch(keys)
  addKeysMove(keys)
  addKeysUsage(keys)
  addKeysCompromised(keys)

  addListOptions(addFilterOptions(ofOrganization(keys.command('list').description('list keys, newest first')))).action(
    async ({ org, ...flags }: ListFlags & FilterFlags & { org: string }, command: Command) => {
      const [organizationId, filter] = [readId('organization', org), readFilter(flags)]
      const { keys: client } = connect(command)
      const pages = {
        list: (page: PageRequest) => client.list(organizationId, { ...filter, ...page }),
        all: () => client.all(organizationId, { ...filter, limit: 100 }),
      }
      const isFiltered = Object.keys(filter).length > 0
      await printList(
        flags,
        pages,
        keyTable,
        isFiltered ? 'no key matches' : 'no key yet; make one: claviger keys create',
      )
    },
  )

  ofOneKey(keys, 'show', 'show a key').action(async (id: string, { org, json }: KeyFlags, command: Command) => {
    const key = await connect(command).keys.get(readId('organization', org), readId('key', id))
    if (json) return printJson(key)
    print(keyFacts(key))
  })

  irrevocable(ofOneKey(keys, 'rotate', 'give a key a new secret; without --grace the old one is dead at once'))
    .option('--grace <span>', 'how long the old secret still works, e.g. 15m, 24h or 7d')
    .action(async (id: string, { org, json, yes, grace }: KeyFlags & { grace?: string }, command: Command) => {
      const [client, names] = [connect(command), namesOf(org, id)]
      const graceSeconds = grace === undefined ? 0 : readSeconds('--grace', grace)
      const consequence = grace === undefined ? 'stops working at once' : `stops working in ${grace}`
      await confirm('rotate', yes, () => ask('Rotate', client, names, `Its present secret ${consequence}.`))
      const answer = await client.keys.rotate(...names, { graceSeconds })
      if (json) return printJson(answer)
      print(issuedKey(answer))
      note(`the secret is shown this once; the old one ${grace === undefined ? 'is dead' : `works for ${grace}`}`)
    })

  irrevocable(ofOneKey(keys, 'revoke', 'end a key for good'))
    .addOption(new Option('--reason <reason>', 'why').choices(REVOKE_REASONS))
    .option('--note <text>', 'what to remember about it')
    .action(async (id: string, { org, json, yes, ...why }: RevokeFlags, command: Command) => {
      const [client, names] = [connect(command), namesOf(org, id)]
      await confirm('revoke', yes, () => ask('Revoke', client, names, 'It stops working at once, for good.'))
      const answer = await client.keys.revoke(...names, why)
      if (json) return printJson(answer)
      print(printable(`${answer.key.id} is revoked everywhere ${receiptLine(answer.receipt)}`))
    })

  irrevocable(ofOneKey(keys, 'delete', 'remove a key; its history stays in the audit log'))
    .option('--in-use', 'also one that was used within the last day, where active keys can be deleted')
    .action(async (id: string, { org, json, yes, inUse }: KeyFlags & { inUse?: boolean }, command: Command) => {
      const [client, names] = [connect(command), namesOf(org, id)]
      await confirm('delete', yes, () => ask('Delete', client, names, 'It cannot be brought back.'))
      const answer = await client.keys.delete(...names, inUse ? { confirm: 'in-use' } : {})
      if (json) return printJson(answer)
      print(printable(`${id} is deleted everywhere ${receiptLine(answer.receipt)}`))
    })
}

interface RevokeFlags extends KeyFlags {
  reason?: (typeof REVOKE_REASONS)[number]
  note?: string
}

function ofOrganization(command: Command): Command {
  return command.requiredOption('--org <organization>', 'the organization of the keys, org_…')
}

function ofOneKey(keys: Command, name: string, description: string): Command {
  return ofOrganization(keys.command(`${name} <key>`).description(description)).option(
    '--json',
    "print the server's answer as JSON",
  )
}

function irrevocable(command: Command): Command {
  return command.option('--yes', 'do not ask')
}

type Names = [organizationId: string, keyId: string]

function namesOf(org: string, key: string): Names {
  return [readId('organization', org), readId('key', key)]
}

/** Names the key as people know it, so that nobody says yes to the wrong one. */
async function ask(verb: string, { keys }: Client, names: Names, consequence: string): Promise<string> {
  const key = await keys.get(...names)
  return printable(`${verb} ${key.name} (${key.prefix}, last used: ${lastUseOf(key)})? ${consequence}`)
}
