import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Product } from '@claviger/core'
import { readProduct } from './format.ts'
import { ProductFileError } from './product-file-error.ts'
import { checkRules } from './rules.ts'
import { suggest } from './wording.ts'
import { YamlSource } from './yaml-source.ts'

const LARGEST_BYTES = 128 * 1024

/**
 * The product a file describes, complete with defaults and frozen. A name (letters, digits, dashes) is one of
 * `profilesDir`; anything else is a path.
 * @throws ProductFileError with every problem of the file, each with its place and its remedy.
 */
export function loadProduct(nameOrPath: string, { profilesDir }: { profilesDir: string }): Product {
  const isName = /^[A-Za-z0-9-]+$/.test(nameOrPath)
  const file = isName ? path.join(profilesDir, `${nameOrPath}.yaml`) : path.resolve(nameOrPath)
  const inside = path.relative('', file)
  const shown = inside.startsWith('..') ? file : inside || '.'
  const refuse = (message: string) => new ProductFileError(shown, [{ position: null, message }])

  const bytes = read(file, refuse)
  if (bytes === undefined && isName) {
    const hint = `For a file elsewhere give a path, e.g. ./${nameOrPath}.yaml.`
    throw refuse(`There is no product file of this name. ${suggest(nameOrPath, namesIn(profilesDir))} ${hint}`)
  }
  if (bytes === undefined)
    throw refuse(`There is no such file. Names need no path: ${namesIn(profilesDir).join(', ')}.`)
  return parseProduct(decode(bytes, refuse), shown)
}

/** The same from text; `file` is what problems call it. */
export function parseProduct(text: string, file: string): Product {
  const source = new YamlSource(text)
  if (source.root === undefined) throw new ProductFileError(file, source.problems)
  const draft = readProduct(source.root, source.report)
  checkRules(draft, source.report)
  if (source.problems.length > 0) throw new ProductFileError(file, source.problems)
  // Every part that could not be read has left a problem behind.
  return deepFreeze(draft as Product)
}

type Refuse = (message: string) => ProductFileError

/** Undefined: there is no such file. */
function read(file: string, refuse: Refuse): Uint8Array | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (!stats) return undefined
    if (!stats.isFile()) throw refuse('This is not a file. Give the path of a YAML file.')
    if (stats.size > LARGEST_BYTES)
      throw refuse(`This is larger than ${LARGEST_BYTES / 1024} KiB. Is it a product file?`)
    return readFileSync(file)
  } catch (error) {
    if (error instanceof ProductFileError) throw error
    throw refuse(`This cannot be read (${(error as NodeJS.ErrnoException).code}). Check the path and its permissions.`)
  }
}

function decode(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refuse('This is not UTF-8 text. Save the file as UTF-8.')
  }
}

function namesIn(profilesDir: string): string[] {
  try {
    const files = readdirSync(profilesDir).filter((name) => name.endsWith('.yaml'))
    return files.map((name) => path.basename(name, '.yaml')).sort()
  } catch {
    return []
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
