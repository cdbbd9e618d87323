import { isAlias, isMap, isNode, isScalar, isSeq, type Pair, parseDocument } from 'yaml'
import type { Problem } from './product-file-error.ts'
import { join, quote, subject } from './wording.ts'

export type Value = string | number | boolean | null | readonly Value[] | ReadonlyMap<string, Value>

/** Reports a problem at a path; `key` points at the key instead of its value. */
export type Report = (path: string, message: string, part?: 'key') => void

// One level more than the format has, so that no file can make work by nesting.
const DEEPEST = 6
// A syntax error brings others after it; the first ones tell.
const SYNTAX_ERRORS_TOLD = 10

/**
 * The text of a YAML file as plain values, with the place of each. Only what every reader of YAML 1.2 understands
 * alike is taken: no aliases, tags or second document, and no key twice.
 */
export class YamlSource {
  readonly problems: Problem[] = []
  /** Undefined where the text is not YAML. */
  readonly root: Value | undefined
  readonly #lineStarts: readonly number[]
  readonly #offsets = new Map<string, { value: number; key: number }>()
  readonly #reported = new Set<string>()

  constructor(text: string) {
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    })
    for (const { code, message, pos } of document.errors.slice(0, SYNTAX_ERRORS_TOLD)) {
      const text =
        code === 'MULTIPLE_DOCS'
          ? 'Here begins a second YAML document. Keep one to a file.'
          : `This is not YAML: ${message.replace(/[.:]$/, '')}. Check quotes and indentation here.`
      this.#add(pos[0], text)
    }
    this.root = document.errors.length > 0 ? undefined : this.#plain(document.contents, '', 0, 0)
  }

  /** One problem a path: whatever follows from the first is not worth a line. */
  readonly report: Report = (path, message, part) => {
    if (this.#reported.has(path)) return
    this.#reported.add(path)
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')))
    const at = this.#offsets.get(path) ?? this.#offsets.get(parent)
    this.#add(at?.[part ?? 'value'] ?? 0, message)
  }

  #add(offset: number, message: string): void {
    // Counted here: the parser's own counter misses line breaks after a syntax error.
    let line = 0
    for (let end = this.#lineStarts.length; end - line > 1; ) {
      const middle = (line + end) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) line = middle
      else end = middle
    }
    this.problems.push({ position: { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 }, message })
  }

  #plain(node: unknown, path: string, key: number, depth: number): Value {
    const value = isNode(node) ? (node.range?.[0] ?? key) : key
    this.#offsets.set(path, { value, key })
    if (depth > DEEPEST) {
      this.report(path, `${subject(path)} lies deeper than anything in a product file. Remove this level.`)
    } else if (isAlias(node)) {
      this.report(path, `${subject(path)} is an alias, which a product file cannot have. Write the value out.`)
    } else if (isNode(node) && node.tag !== undefined) {
      this.report(path, `${subject(path)} has a YAML tag, which a product file cannot have. Remove the tag.`)
    } else if (isMap(node)) {
      return this.#mapping(node.items, path, value, depth)
    } else if (isSeq(node)) {
      return node.items.map((item, index) => this.#plain(item, join(path, index), value, depth + 1))
    } else if (isScalar(node)) {
      return scalar(node.value)
    }
    return null
  }

  #mapping(pairs: readonly Pair[], path: string, start: number, depth: number): ReadonlyMap<string, Value> {
    const entries = new Map<string, Value>()
    for (const { key, value } of pairs) {
      const offset = isNode(key) ? (key.range?.[0] ?? start) : start
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.#add(offset, `${subject(path)} has a key that is not text. Put the key in quotes.`)
      } else if (entries.has(key.value)) {
        this.#add(offset, `${subject(path)} has the key ${quote(key.value)} twice. Remove one of them.`)
      } else {
        entries.set(key.value, this.#plain(value, join(path, key.value), offset, depth + 1))
      }
    }
    return entries
  }
}

function scalar(value: unknown): Value {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
