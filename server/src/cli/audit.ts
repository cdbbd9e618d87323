import type { AuditEvent } from '@claviger/sdk'
import { everyItem } from '@claviger/sdk'
import type { Command } from 'commander'
import { addAuditExport } from './audit-export.ts'
import { type AuditFlags, addAuditOptions, readAuditFilter, readLog } from './audit-filter.ts'
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
    addAuditOptions(audit.command('list').description('what happened and what was refused, newest first')),
  ).action(async (flags: ListFlags & AuditFlags, command: Command) => {
    const client = connect(command)
    const { organizationId, keyId } = readLog(flags)
    const filter = readAuditFilter(flags)
    const list = (page: Parameters<typeof client.audit.list>[0]) => {
      const query = { ...filter, ...page }
      if (organizationId === undefined) return client.audit.list(query)
      if (keyId === undefined) return client.organizations.audit(organizationId, query)
      return client.keys.audit(organizationId, keyId, query)
    }
    await printList(flags, { list, all: () => everyItem({}, list) }, eventTable, 'there is nothing of that in the log')
  })

  addAuditExport(audit)
  addAuditVerify(audit)
}

function eventTable(events: readonly AuditEvent[]): string {
  return table(
    ['WHEN', 'WHO', 'FROM', 'WHAT', 'RESULT', 'TARGET', 'NAME'],
    events.map((event) => {
      const { at, actor, action, target } = event
      return [at, actor.name, actor.ip ?? '-', action, resultOf(event), target.id, target.name]
    }),
  )
}

function resultOf({ outcome, changes }: AuditEvent): string {
  if (outcome === 'success') return 'done'
  return typeof changes.code === 'string' ? changes.code : 'refused'
}
