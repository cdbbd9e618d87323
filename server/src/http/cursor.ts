import { createHash } from 'node:crypto'
import { invalidField } from '../domain/refusals.ts'

/** Cursors written by another version are refused instead of misread. */
const CURSOR_VERSION = 1

export type CursorPlace = readonly [value: string | number | null, id: string]

/**
 * Opaque to clients. It carries the place where the next page begins and a mark of the scan it belongs to.
 * @param scan everything of the query that decides which items come in which order.
 */
export function writeCursor(scan: unknown, [value, id]: CursorPlace): string {
  return Buffer.from(JSON.stringify([CURSOR_VERSION, markOf(scan), value, id])).toString('base64url')
}

/**
 * @param valueType of the column that the scan is ordered by; a cursor is not sealed, so it can hold anything.
 * @throws AppError `VALIDATION_FAILED` for anything that `writeCursor` did not write for this very scan.
 */
export function readCursor(
  scan: unknown,
  cursor: string | undefined,
  valueType: 'string' | 'number' | 'none' = 'none',
): CursorPlace | null {
  if (cursor === undefined) return null
  const [version, mark, value, id] = decode(cursor)
  const isValue = value === null || (valueType === 'number' ? Number.isSafeInteger(value) : typeof value === valueType)
  if (version !== CURSOR_VERSION || mark !== markOf(scan) || !isValue || typeof id !== 'string') {
    throw invalidField('cursor', 'is not one that this list gave for these filters; leave it out for the first page')
  }
  return [value as CursorPlace[0], id]
}

function decode(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function markOf(scan: unknown): string {
  return createHash('sha256').update(JSON.stringify(scan)).digest('base64url').slice(0, 12)
}

/**
 * Makes a page of one row more than was asked for, which tells whether there is another page.
 * @param rows up to `limit + 1` of them.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
  cursorAfter: (row: Row) => string,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last ? cursorAfter(last) : null,
  }
}
