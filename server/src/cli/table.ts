import { printable } from './printable.ts'

/** Columns under their headings. The last one is not padded, so free text of any width stands there. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(printable))]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const last = headings.length - 1
  const pad = (cell: string, column: number) => (column === last ? cell : cell.padEnd(widths[column] ?? 0))
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

/** Labels and values below each other; what has no value is left out. */
export function facts(pairs: readonly (readonly [label: string, value: string | null])[]): string {
  const given = pairs.filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== '')
  const width = Math.max(...given.map(([label]) => label.length))
  return given.map(([label, value]) => `${label.padEnd(width)}  ${printable(value)}`).join('\n')
}
