import type { ExportFormat } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { type AuditFlags, addAuditOptions, readAuditFilter, readLog } from './audit-filter.ts'
import { connect } from './connection.ts'
import { writeNewFile } from './new-file.ts'
import { note, printPieces } from './output.ts'
import { printable } from './printable.ts'

const FORMATS: readonly ExportFormat[] = ['ndjson', 'csv']

export function addAuditExport(audit: Command): void {
  addAuditOptions(audit.command('export').description('a whole log, or what of it a filter lets through, oldest first'))
    .addOption(new Option('--format <format>', 'lines of JSON, or a table').choices(FORMATS).makeOptionMandatory())
    .option('--to <file>', 'into a new file that only you can read, instead of standard output')
    .action(async (flags: AuditFlags & { format: ExportFormat; to?: string }, command: Command) => {
      const { audit } = connect(command)
      const pieces = audit.exportText(readLog(flags), flags.format, readAuditFilter(flags))
      if (flags.to === undefined) return printPieces(pieces)
      await writeNewFile(flags.to, pieces)
      note(printable(`the export is whole: ${flags.to}`))
    })
}
