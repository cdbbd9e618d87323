import type { KeyCaller } from '@claviger/sdk'
import { csvLine } from '../keys/keys-csv.ts'

const COLUMNS = [
  'client',
  'userAgent',
  'ip',
  'firstSeenAt',
  'lastSeenAt',
  'count',
  'lastCode',
  'secret',
] as const satisfies (keyof KeyCaller)[]

/** A table as spreadsheets read it (RFC 4180). */
export function callersAsCsv(callers: readonly KeyCaller[]): string {
  const rows = callers.map((caller) => csvLine(COLUMNS.map((column) => String(caller[column] ?? ''))))
  return [csvLine(COLUMNS), ...rows, ''].join('\r\n')
}
