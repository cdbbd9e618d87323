import { type AuditEvent, everyItem } from '@claviger/sdk'
import type { Command } from 'commander'
import { readId } from './arguments.ts'
import { addAuditVerify } from './audit-verify.ts'
import { connect } from './connection.ts'
import { addListOptions, type ListFlags, printList } from './list.ts'
import { table } from './table.ts'

export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('who did what, and proof that it was not altered')
    .helpCommand(false)

  addListOptions(
    audit
      .command('list')
      .description('what happened in an organization, newest first')
      .requiredOption('--org <organization>', 'org_…')
      .option('--key <key>', 'only what happened to this key'),
  ).action(async ({ org, key, ...flags }: ListFlags & { org: string; key?: string }, command: Command) => {
    const { keys, organizations } = connect(command)
    const organizationId = readId('organization', org)
    const keyId = key === undefined ? null : readId('key', key)
    const list = (page: Parameters<typeof organizations.audit>[1]) =>
      keyId === null ? organizations.audit(organizationId, page) : keys.audit(organizationId, keyId, page)
    await printList(flags, { list, all: () => everyItem({}, list) }, eventTable, 'nothing has happened yet')
  })

  addAuditVerify(audit)
}

function eventTable(events: readonly AuditEvent[]): string {
  return table(
    ['WHEN', 'WHO', 'FROM', 'WHAT', 'TARGET', 'NAME'],
    events.map(({ at, actor, action, target }) => [at, actor.name, actor.ip ?? '-', action, target.id, target.name]),
  )
}
