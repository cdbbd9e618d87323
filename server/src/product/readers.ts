import { join, nearest, quote, subject, suggest } from './wording.ts'
import type { Report, Value } from './yaml-source.ts'

/** Turns a value of the file into one of the product, or reports why not and returns undefined. */
export type Reader<T> = (value: Value, path: string, report: Report) => T | undefined

/** `expected` completes the sentence "maxKeys must be …"; `accept` returns undefined for anything else. */
export function single<T>(
  expected: string,
  accept: (value: Value) => T | undefined,
  hint: (value: Value) => string = () => '',
): Reader<T> {
  return (value, path, report) => {
    const accepted = accept(value)
    if (accepted === undefined) {
      report(path, `${subject(path)} must be ${expected}; found ${show(value)}. ${hint(value)}`.trim())
    }
    return accepted
  }
}

/** Text, without the white space around it. */
export function text(expected: string, accept: (trimmed: string) => boolean): Reader<string> {
  return single(
    expected,
    (value) => (typeof value === 'string' && accept(value.trim()) ? value.trim() : undefined),
    (value) => {
      if (value === null) return 'Text that begins with # needs quotes.'
      return typeof value === 'number' || typeof value === 'boolean' ? 'Put text in quotes.' : ''
    },
  )
}

/** Text for a screen or a message. */
export function line(longest: number): Reader<string> {
  return text(`one line of text, 1 to ${longest} characters`, (given) => {
    return given !== '' && given.length <= longest && !/\p{Cc}/u.test(given)
  })
}

export function choice<T extends string>(choices: readonly T[]): Reader<T> {
  return single(
    `one of ${choices.join(', ')}`,
    (value) => choices.find((candidate) => candidate === value),
    (value) => {
      const close = typeof value === 'string' ? nearest(value, choices) : null
      return close === null ? '' : `Did you mean ${quote(close)}?`
    },
  )
}

export function whole(value: Value, from: number, to: number): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= from && value <= to ? value : undefined
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, path, report) => (value === null ? null : reader(value, path, report))
}

/** A list without repeats: of text, or of mappings that their key `by` tells apart. */
export function list<T extends string | object>(
  item: Reader<T>,
  { by, least = 0 }: { by?: keyof T & string; least?: 0 | 1 } = {},
): Reader<T[]> {
  return (value, path, report) => {
    if (!Array.isArray(value)) {
      report(path, `${subject(path)} must be a list; found ${show(value)}. Write each entry on a line with a dash.`)
      return undefined
    }
    if (value.length < least) {
      report(path, `${subject(path)} must not be empty. Add an entry or remove the key.`)
      return undefined
    }
    const at = (index: number) => (by === undefined ? join(path, index) : join(join(path, index), by))
    const read = value.map((entry: Value, index) => item(entry, join(path, index), report))
    const names = read.map((entry) => (entry === undefined ? null : String(by === undefined ? entry : entry[by])))
    reportRepeats(names, at, by === undefined ? 'Remove one.' : 'Give each its own.', report)
    return read.every((entry) => entry !== undefined) ? read : undefined
  }
}

/** Reports each name that has stood before; null is no name. */
export function reportRepeats(
  names: readonly (string | null)[],
  at: (index: number) => string,
  remedy: string,
  report: Report,
): void {
  const first = new Map<string, number>()
  for (const [index, name] of names.entries()) {
    if (name === null) continue
    const before = first.get(name)
    if (before === undefined) first.set(name, index)
    else report(at(index), `${at(index)} repeats ${quote(name)} of ${at(before)}. ${remedy}`)
  }
}

export type Field<T> = { readonly read: Reader<T> } & ({ readonly absent: T } | { readonly example: string })
export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> }

export function required<T>(read: Reader<T>, example: string): Field<T> {
  return { read, example }
}

export function optional<T>(read: Reader<T>, absent: T): Field<T> {
  return { read, absent }
}

/** What of a mapping could be read; each part is there only if nothing is wrong with it. */
export function parts<T extends object>(fields: Fields<T>, value: Value, path: string, report: Report): Partial<T> {
  const read: Partial<T> = {}
  if (!(value instanceof Map)) {
    report(
      path,
      `${subject(path)} must be a mapping of keys to values; found ${show(value)}. Write "key: value" lines.`,
    )
    return read
  }
  const known = Object.keys(fields) as (keyof T & string)[]
  for (const key of value.keys()) {
    if (known.includes(key)) continue
    report(join(path, key), `${subject(path)} knows no key ${quote(key)}. ${suggest(key, known)}`, 'key')
  }
  for (const key of known) {
    const field = fields[key]
    const given: Value | undefined = value.get(key)
    if (given !== undefined) {
      const part = field.read(given, join(path, key), report)
      if (part !== undefined) read[key] = part
    } else if ('absent' in field) {
      read[key] = field.absent
    } else {
      report(join(path, key), `${subject(path)} lacks the key ${quote(key)}. Add one, e.g. ${key}: ${field.example}.`)
    }
  }
  return read
}

export function record<T extends object>(fields: Fields<T>): Reader<T> {
  const complete = (read: Partial<T>): read is T => Object.keys(fields).every((key) => key in read)
  return (value, path, report) => {
    const read = parts(fields, value, path, report)
    return complete(read) ? read : undefined
  }
}

function show(value: Value): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Map) return 'a mapping'
  return typeof value === 'string' ? quote(value) : `the ${typeof value} ${value}`
}
