/**
 * What of `fields` two states of a record do not share, before and after; both hold nothing but JSON.
 * @returns empty where they are the same.
 */
export function differences<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
): Record<string, { before: unknown; after: unknown }> {
  const changed = fields.filter((field) => inOrder(before[field]) !== inOrder(after[field]))
  return Object.fromEntries(changed.map((field) => [field, { before: before[field], after: after[field] }]))
}

/** As JSON, in which the members of an object come in one order: theirs means nothing (RFC 8259, section 4). */
function inOrder(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
