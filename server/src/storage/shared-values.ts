import { LRUCache } from 'lru-cache'

/** What keys have in common, scopes above all, is kept once in memory and not once for each key that is remembered. */
const MAX_VALUES = 10_000
/** Longer ones are hardly ever alike. */
const MAX_LENGTH = 500

const texts = new LRUCache<string, string>({ max: MAX_VALUES })
const parsed = new LRUCache<string, object>({ max: MAX_VALUES })

/** @returns an equal text, the same one for the same content where that pays. */
export function shareText<T extends string | null>(text: T): T {
  if (text === null || text.length > MAX_LENGTH) return text
  const known = texts.get(text)
  if (known !== undefined) return known as T
  texts.set(text, text)
  return text
}

/** @returns the list or object that `json` says, frozen: it may stand in many records. */
export function parseShared<T extends object>(json: string): T {
  if (json.length > MAX_LENGTH) return freeze(JSON.parse(json))
  const known = parsed.get(json)
  if (known !== undefined) return known as T
  const value = freeze<T>(JSON.parse(json))
  parsed.set(json, value)
  return value
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part)
  return Object.freeze(value)
}
