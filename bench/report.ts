import { type Figure, summarize, type Unit } from './figure.ts'
import type { Machine } from './machine.ts'

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  ratio: (value) => `${value.toFixed(2)} ×`,
  ms: (value) => `${Math.round(value)} ms`,
  bytes: (value) => `${Math.round(value)} B`,
  statements: (value) => String(Number(value.toFixed(3))),
}

const HEADINGS = ['figure', 'against', 'median [least – most]', 'target', '']

/** A measurement that could not be made. */
export interface Missing {
  name: string
  reason: string
}

/** The figures as a table, and below it what stands behind each. */
export function reportText(machine: Machine, figures: readonly Figure[], missing: readonly Missing[]): string {
  const rows = [HEADINGS, ...figures.map(toRow)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  table.splice(
    1,
    0,
    widths
      .map((width) => '-'.repeat(width))
      .join('  ')
      .trimEnd(),
  )
  const gaps = missing.map(({ name, reason }) => `Not measured: ${name}, because ${reason}.`)
  return [...describe(machine), ...gaps, '', ...table, '', ...figures.flatMap(behind)].join('\n')
}

/** The same for programs. */
export function reportJson(machine: Machine, figures: readonly Figure[], missing: readonly Missing[]): string {
  const summarized = figures.map((figure) => ({ ...figure, ...summarize(figure) }))
  return JSON.stringify({ machine, figures: summarized, missing }, null, 2)
}

function describe({ cpu, cores, memoryGiB, node, platform, date, loadBefore }: Machine): string[] {
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, ${platform}, ${date}`,
    ...(loadBefore > 0.5 ? [`Something else was running: load ${loadBefore.toFixed(1)} before the run.`] : []),
  ]
}

function toRow(figure: Figure): string[] {
  const { what, against, target, unit } = figure
  const { median, min, max, met } = summarize(figure)
  const format = FORMATS[unit]
  return [
    what,
    against,
    `${format(median)} [${format(min)} – ${format(max)}]`,
    target === null ? '' : 'atLeast' in target ? `≥ ${format(target.atLeast)}` : `≤ ${format(target.atMost)}`,
    met === null ? '' : met ? 'met' : 'MISSED',
  ]
}

function behind(figure: Figure): string[] {
  const cause = summarize(figure).met === false ? [`  missed because ${figure.limit}`] : []
  return [`${figure.what}, against ${figure.against}:`, ...cause, ...figure.notes.map((note) => `  ${note}`)]
}
