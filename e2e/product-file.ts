import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from './running-server.ts'

const DEFAULT = readFileSync(new URL('../profiles/default.yaml', import.meta.url), 'utf8')

/**
 * The default product with something else in it.
 * @param changes what stands there, and what is to stand there instead.
 * @param more at its end.
 * @returns where the file is.
 */
export function productFile(changes: readonly (readonly [from: string, to: string])[], more = ''): string {
  let text = DEFAULT
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the default product says nowhere: ${from}`)
    text = text.replace(from, to)
  }
  const path = join(temporaryDirectory(), 'product.yaml')
  writeFileSync(path, `${text}\n${more}`)
  return path
}
