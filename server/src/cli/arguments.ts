import { isVisibleName } from '@claviger/sdk'
import { UsageError } from './usage-error.ts'

/** Readers of what stands on the command line. Each throws UsageError, which names the flag and never a secret. */

/** `a,b` as `['a', 'b']`. An empty list is refused: it comes from an empty variable, and left out it means more. */
export function readList(flag: string, text: string): string[] {
  const items = text.split(/[\s,]+/).filter(Boolean)
  if (items.length === 0) throw new UsageError(`${flag} is empty; name at least one, or leave it out`)
  return [...new Set(items)]
}

/** For flags that repeat. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

/** `name=value`, split at the first equals sign. */
export function readPair(flag: string, text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`${flag} must be like name=value; found "${text}"`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Pairs of which each name stands once. */
export function readPairs(flag: string, texts: readonly string[]): Record<string, string> {
  const pairs = new Map<string, string>()
  for (const text of texts) {
    const [name, value] = readPair(flag, text)
    if (pairs.has(name)) throw new UsageError(`${flag} names ${name} twice`)
    pairs.set(name, value)
  }
  return Object.fromEntries(pairs)
}

/** Pairs of which a name may repeat: `site=a`, `site=b` as `{ site: ['a', 'b'] }`. */
export function readGroups(flag: string, texts: readonly string[]): Record<string, string[]> {
  const pairs = texts.map((text) => readPair(flag, text))
  const names = [...new Set(pairs.map(([name]) => name))]
  return Object.fromEntries(
    names.map((name) => [name, pairs.filter((pair) => pair[0] === name).map((pair) => pair[1])]),
  )
}

/** As the API takes names. */
export function readName(name: string): string {
  if (!isVisibleName(name) || name.length > 100) {
    throw new UsageError('--name must be 1 to 100 characters, at least one of them visible')
  }
  return name
}

const IDS = {
  key: 'a key is like key_…',
  organization: 'an organization is like org_…',
  member: 'a member is like mbr_…',
} as const

/** An id as such; whether the thing exists is for the server to say. */
export function readId(what: keyof typeof IDS, text: string): string {
  if (/_[0-9A-Za-z]{46}$/.test(text)) {
    throw new UsageError(
      'this is a secret, where an id belongs',
      'claviger verify - tells the id of a key from its secret',
    )
  }
  if (!/^[0-9A-Za-z_-]{1,64}$/.test(text)) {
    throw new UsageError(`the id of ${IDS[what]}; found "${text}"`)
  }
  return text
}
