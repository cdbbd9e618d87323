import type { EditOrganizationRequest, OrganizationChange } from '@claviger/sdk'
import type { Command } from 'commander'
import { collect, readId, readPairs } from './arguments.ts'
import { confirm } from './confirm.ts'
import { connect } from './connection.ts'
import { receiptLine } from './key-view.ts'
import { print, printJson } from './output.ts'
import { printable } from './printable.ts'
import { UsageError } from './usage-error.ts'

interface EditFlags {
  name?: string
  plan?: string
  externalId?: string
  feature?: string[]
  json?: boolean
}

interface SwitchFlags {
  yes?: boolean
  json?: boolean
}

/** What can be changed about an organization. */
export function addOrgChanges(org: Command): void {
  org
    .command('edit <organization>')
    .description('change name, plan, external id or features')
    .option('--name <name>', 'its new name')
    .option('--plan <plan>', 'plan of the product file')
    .option('--external-id <id>', 'your own id for it; empty removes it')
    .option('--feature <id=on|off|default>', 'switch a feature of the product file; repeat for more', collect)
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { json, ...flags }: EditFlags, command: Command) => {
      const patch = readPatch(flags)
      if (Object.keys(patch).length === 0) throw new UsageError('nothing to change: name at least one field')
      tell(await connect(command).organizations.edit(readId('organization', id), patch), 'is changed', json)
    })

  org
    .command('suspend <organization>')
    .description('refuse every key of an organization until it is resumed')
    .option('--yes', 'do not ask')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { yes, json }: SwitchFlags, command: Command) => {
      const organizationId = readId('organization', id)
      await confirm('suspend', yes, async () =>
        printable(`Suspend ${organizationId}? Every request with one of its keys is refused until it is resumed.`),
      )
      tell(await connect(command).organizations.suspend(organizationId), 'is suspended', json)
    })

  org
    .command('resume <organization>')
    .description('let the keys of a suspended organization pass again')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { json }: SwitchFlags, command: Command) => {
      tell(await connect(command).organizations.resume(readId('organization', id)), 'is resumed', json)
    })

  org
    .command('delete <organization>')
    .description('remove an organization with all its keys')
    .option('--yes', 'do not ask')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { yes, json }: SwitchFlags, command: Command) => {
      const organizationId = readId('organization', id)
      const { organizations } = connect(command)
      await confirm('delete', yes, async () => {
        const { name } = await organizations.get(organizationId)
        return printable(`Delete ${name} (${organizationId}) with all its keys? It cannot be brought back.`)
      })
      const answer = await organizations.delete(organizationId)
      if (json) return printJson(answer)
      print(printable(`${organizationId} is deleted everywhere ${receiptLine(answer.receipt)}`))
    })
}

function tell(answer: OrganizationChange, what: string, json: boolean | undefined): void {
  if (json) printJson(answer)
  else print(printable(`${answer.organization.id} ${what} everywhere ${receiptLine(answer.receipt)}`))
}

function readPatch({ name, plan, externalId, feature }: EditFlags): EditOrganizationRequest {
  return {
    ...(name !== undefined && { name }),
    ...(plan !== undefined && { plan }),
    ...(externalId !== undefined && { externalId: externalId || null }),
    ...(feature && { features: readFeatures(feature) }),
  }
}

const SWITCHES: Readonly<Record<string, boolean | null>> = { on: true, off: false, default: null }

function readFeatures(texts: readonly string[]): Record<string, boolean | null> {
  const pairs = Object.entries(readPairs('--feature', texts)).map(([id, text]): [string, boolean | null] => {
    const wanted = SWITCHES[text]
    if (wanted === undefined) throw new UsageError(`--feature must be like ${id}=on, off or default; found "${text}"`)
    return [id, wanted]
  })
  return Object.fromEntries(pairs)
}
