import type { AuditEvent } from '@claviger/core'

/** Audit events as lines of text. However an event was made, it is one line, and reads as what it is. */

/**
 * What ends a line somewhere, moves a cursor, hides text or turns its direction. The two joiners are left: several
 * scripts and emoji are written with them.
 */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** What a spreadsheet takes for a formula, when a cell begins with it. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** As in JSON: a parser of JSON reads the same value. */
function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** One line of NDJSON. */
export function toJsonLine(event: AuditEvent): string {
  return `${escapeUnsafe(JSON.stringify(event))}\n`
}

const COLUMNS: Readonly<Record<string, (event: AuditEvent) => string | null>> = {
  id: ({ id }) => id,
  at: ({ at }) => at,
  actorType: ({ actor }) => actor.type,
  actorId: ({ actor }) => actor.id,
  actorName: ({ actor }) => actor.name,
  actorIp: ({ actor }) => actor.ip,
  actorUserAgent: ({ actor }) => actor.userAgent,
  action: ({ action }) => action,
  targetType: ({ target }) => target.type,
  targetId: ({ target }) => target.id,
  targetName: ({ target }) => target.name,
  outcome: ({ outcome }) => outcome,
  requestId: ({ requestId }) => requestId,
  changes: ({ changes }) => JSON.stringify(changes),
}

/** The line with the names of the columns. */
export const CSV_HEADER = `${Object.keys(COLUMNS).join(',')}\r\n`

/**
 * One line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe; control and
 * format characters are written as in JSON, so that a record is one line to every reader.
 */
export function toCsvLine(event: AuditEvent): string {
  return `${Object.values(COLUMNS)
    .map((read) => toCell(read(event) ?? ''))
    .join(',')}\r\n`
}

function toCell(text: string): string {
  const cell = `${FORMULA.test(text) ? "'" : ''}${escapeUnsafe(text)}`
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
