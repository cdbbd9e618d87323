import { everyItem } from '@claviger/sdk'
import type { Command } from 'commander'
import { readId } from './arguments.ts'
import { connect } from './connection.ts'
import { addListOptions, type ListFlags, printList } from './list.ts'
import { addUsageOptions, printUsage, readUsageQuery, type UsageFlags } from './usage-flags.ts'
import { denialTable } from './usage-view.ts'

/** How the keys of an organization are used, and why they were refused. */
export function addOrgUsage(org: Command): void {
  addUsageOptions(
    org.command('usage <organization>').description('how often its keys were accepted and refused, all together'),
  ).action(async (id: string, flags: UsageFlags, command: Command) => {
    const [organizationId, query] = [readId('organization', id), readUsageQuery(flags)]
    printUsage(await connect(command).organizations.usage(organizationId, query), flags)
  })

  addListOptions(
    org
      .command('denials <organization>')
      .description('why requests with its keys were refused, newest first')
      .option('--request <id>', 'only this request, req_…')
      .option('--key <key>', 'only this key, key_…'),
  ).action(async (id: string, { request, key, ...flags }: DenialFlags, command: Command) => {
    const organizationId = readId('organization', id)
    const query = {
      ...(request !== undefined && { requestId: request }),
      ...(key !== undefined && { key: readId('key', key) }),
    }
    const { organizations } = connect(command)
    const list = (page: object) => organizations.denials(organizationId, { ...query, ...page })
    await printList(flags, { list, all: () => everyItem({}, list) }, denialTable, 'nothing was refused within a week')
  })
}

interface DenialFlags extends ListFlags {
  request?: string
  key?: string
}
