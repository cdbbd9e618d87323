import type { ApiKey } from '@claviger/sdk'

const COLUMNS = [
  'id',
  'name',
  'description',
  'prefix',
  'status',
  'environment',
  'accessLevel',
  'scopes',
  'createdAt',
  'createdBy',
  'expiresAt',
  'lastUsedAt',
  'lastUsedIp',
] as const satisfies (keyof ApiKey)[]

/** A table as spreadsheets read it (RFC 4180). */
export function keysAsCsv(keys: readonly ApiKey[]): string {
  const rows = keys.map((key) => csvLine(COLUMNS.map((column) => textOf(key[column]))))
  return [csvLine(COLUMNS), ...rows, ''].join('\r\n')
}

function textOf(value: ApiKey[(typeof COLUMNS)[number]]): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'object' ? value.name : value
}

export function csvLine(texts: readonly string[]): string {
  return texts.map(cell).join(',')
}

/** What a spreadsheet would take for a formula is made text by the apostrophe that it knows for that. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
