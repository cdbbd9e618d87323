import type { Metadata } from '@claviger/core'

/**
 * Metadata as lines that people can read and type: `team = billing`. A value is text, unless it is a number, `true`,
 * `false` or `null`; in quotation marks, as JSON has them, everything is text. What is written is read as the same.
 */

type Value = Metadata[string]

const MOST_ENTRIES = 50
const LONGEST_NAME = 64
const LONGEST_TEXT = 1_000
const QUOTED = /^"(?:[^"\\]|\\.)*"/
const WORDS: Readonly<Record<string, Value>> = { true: true, false: false, null: null }

export function metadataLines(metadata: Metadata): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${isBareName(name) ? name : JSON.stringify(name)} = ${writeValue(value)}`)
    .join('\n')
}

/** @returns what the lines say, or what is wrong with the first that says nothing. */
export function readMetadata(text: string): { metadata: Metadata } | { fault: string } {
  const entries = new Map<string, Value>()
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const entry = readLine(line)
    const problem = 'problem' in entry ? entry.problem : problemWith(entry, entries)
    if (problem !== null) return { fault: `Line ${index + 1}: ${problem}` }
    if ('name' in entry) entries.set(entry.name, entry.value)
  }
  if (entries.size > MOST_ENTRIES) return { fault: `No more than ${MOST_ENTRIES} entries.` }
  return { metadata: Object.fromEntries(entries) }
}

interface Entry {
  name: string
  value: Value
}

function readLine(line: string): Entry | { problem: string } {
  const quoted = QUOTED.exec(line)?.[0]
  const rest = quoted === undefined ? line : line.slice(quoted.length).trimStart()
  const equals = quoted === undefined ? rest.indexOf('=') : rest.startsWith('=') ? 0 : -1
  if (equals < 0) return { problem: 'write it as name = value.' }
  const name = quoted === undefined ? rest.slice(0, equals).trim() : readQuoted(quoted)
  const value = readValue(rest.slice(equals + 1).trim())
  if (name === undefined || value === undefined) return { problem: 'what begins with a quotation mark ends with one.' }
  return { name, value }
}

function problemWith({ name, value }: Entry, others: ReadonlyMap<string, Value>): string | null {
  if (name === '') return 'it has no name before the =.'
  // Programs that read metadata could take it for something else, so the server takes none of that name.
  if (name === '__proto__') return `“${name}” cannot be used as a name.`
  if (name.length > LONGEST_NAME) return `the name has more than ${LONGEST_NAME} characters.`
  if (others.has(name)) return `“${name}” is there twice.`
  if (typeof value === 'string' && value.length > LONGEST_TEXT) {
    return `the value has more than ${LONGEST_TEXT.toLocaleString('en')} characters.`
  }
  return null
}

function readValue(text: string): Value | undefined {
  if (text.startsWith('"')) return QUOTED.exec(text)?.[0] === text ? readQuoted(text) : undefined
  if (Object.hasOwn(WORDS, text)) return WORDS[text]
  const number = Number(text)
  // A number only where it is written back as it stands: no digit of a long one, and no leading zero, is lost.
  return Number.isFinite(number) && String(number) === text ? number : text
}

function readQuoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text))
  } catch {
    return undefined
  }
}

function writeValue(value: Value): string {
  if (typeof value !== 'string') return String(value)
  const isBare = value === value.trim() && !/[\r\n]/.test(value) && readValue(value) === value
  return isBare ? value : JSON.stringify(value)
}

function isBareName(name: string): boolean {
  return name !== '' && name === name.trim() && !/[=\r\n]|^"/.test(name)
}
