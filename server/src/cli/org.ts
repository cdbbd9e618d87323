import type { Client, Organization } from '@claviger/sdk'
import type { Command } from 'commander'
import { readId } from './arguments.ts'
import { connect } from './connection.ts'
import { receiptLine } from './key-view.ts'
import { addListOptions, type ListFlags, printList } from './list.ts'
import { addOrgChanges } from './org-changes.ts'
import { addOrgPlans } from './org-plans.ts'
import { addOrgUsage } from './org-usage.ts'
import { print, printJson } from './output.ts'
import { facts, table } from './table.ts'
import { minuteOf } from './times.ts'

export function addOrg(program: Command): void {
  const org = program.command('org').description('organizations: your customers').helpCommand(false)
  addOrgChanges(org)
  addOrgUsage(org)
  addOrgPlans(org)

  org
    .command('create <name>')
    .description('create an organization')
    .option('--plan <plan>', 'plan of the product file; by default its first')
    .option('--external-id <id>', 'your own id for it')
    .option('--json', "print the server's answer as JSON")
    .action(async (name: string, { json, ...chosen }: CreateFlags, command: Command) => {
      const answer = await connect(command).organizations.create({ name, ...chosen })
      if (json) return printJson(answer)
      print(facts([...factsOf(answer.organization), ['in force', receiptLine(answer.receipt)]]))
    })

  addListOptions(org.command('list').description('list organizations, newest first')).action(
    async (flags: ListFlags, command: Command) => {
      const { organizations }: Client = connect(command)
      await printList(
        flags,
        organizations,
        organizationTable,
        'no organization yet; make one: claviger org create NAME',
      )
    },
  )

  org
    .command('show <organization>')
    .description('show an organization')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { json }: { json?: boolean }, command: Command) => {
      const organization = await connect(command).organizations.get(readId('organization', id))
      if (json) return printJson(organization)
      print(facts(factsOf(organization)))
    })

  org
    .command('catalog <organization>')
    .description('what its keys can be made of: scopes, access levels, environments')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { json }: { json?: boolean }, command: Command) => {
      const catalog = await connect(command).organizations.catalog(readId('organization', id))
      if (json) return printJson(catalog)
      print(
        table(
          ['SCOPE', 'WHAT IT ALLOWS'],
          catalog.scopes.map((scope) => [scope.id, scope.description]),
        ),
      )
      print(
        `\n${facts([
          ['access levels', catalog.accessLevels.map((level) => level.id).join(', ')],
          ['environments', catalog.environments.map((environment) => environment.id).join(', ')],
          ['resources', catalog.resourceKinds.map((kind) => kind.id).join(', ')],
          ['plan', `${catalog.plan.id}, ${catalog.plan.maxKeys ?? 'any number of'} keys`],
        ])}`,
      )
    })
}

interface CreateFlags {
  plan?: string
  externalId?: string
  json?: boolean
}

function organizationTable(organizations: readonly Organization[]): string {
  return table(
    ['ID', 'PLAN', 'CREATED', 'SUSPENDED', 'EXTERNAL ID', 'NAME'],
    organizations.map(({ id, plan, createdAt, suspendedAt, externalId, name }) => [
      id,
      plan,
      minuteOf(createdAt),
      suspendedAt === null ? '-' : minuteOf(suspendedAt),
      externalId ?? '-',
      name,
    ]),
  )
}

function factsOf(organization: Organization): [string, string | null][] {
  const { id, name, plan, externalId, features, createdAt, suspendedAt } = organization
  return [
    ['id', id],
    ['name', name],
    ['plan', plan],
    ['external id', externalId],
    [
      'features',
      Object.keys(features)
        .filter((feature) => features[feature])
        .join(', '),
    ],
    ['created', minuteOf(createdAt)],
    ['suspended', suspendedAt && minuteOf(suspendedAt)],
  ]
}
