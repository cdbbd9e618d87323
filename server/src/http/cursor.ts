import { invalidField } from '../domain/refusals.ts'

/** Cursors written by another version are refused instead of misread. */
const CURSOR_VERSION = 1

export function writeCursor(after: string): string {
  return Buffer.from(JSON.stringify([CURSOR_VERSION, after])).toString('base64url')
}

/** @throws AppError `VALIDATION_FAILED` for anything that `writeCursor` did not write. */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null
  try {
    const [version, after] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (version === CURSOR_VERSION && typeof after === 'string') return after
  } catch {
    // Falls through to the refusal: what cannot be read was not written here.
  }
  throw invalidField('cursor', 'is not one that this list gave; leave it out to begin at the first page')
}

/**
 * Makes a page of one row more than was asked for, which tells whether there is another page.
 * @param rows up to `limit + 1` of them.
 */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last ? writeCursor(last.id) : null,
  }
}
