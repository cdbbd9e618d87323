import { classifyToken } from '@claviger/core'

interface Tags {
  prefix: string
  environments: readonly { tag: string | null }[]
}

/**
 * What of a search may leave the browser. A whole secret is cut down to its public prefix, which finds its key; the
 * rest of it goes nowhere, not even into the address bar.
 */
export function searchable(text: string, { prefix, environments }: Tags): string {
  const tags = [prefix, ...environments.flatMap(({ tag }) => (tag === null ? [] : [`${prefix}_${tag}`]))]
  const words = text.trim().split(/\s+/)
  return words.map((word) => shortened(word, tags)).join(' ')
}

const PUBLIC_LENGTH = 8
/** As much of a secret as its public part and one character more. */
const TELLING = new RegExp(`^[0-9A-Za-z]{${PUBLIC_LENGTH + 1},}$`)

function shortened(word: string, tags: readonly string[]): string {
  const token = classifyToken(word, tags)
  if (token.kind === 'own') return token.prefix
  // A mistyped or half-copied secret is still most of one.
  const tag = tags.find((each) => word.startsWith(`${each}_`) && TELLING.test(word.slice(each.length + 1)))
  return tag === undefined ? word : word.slice(0, tag.length + 1 + PUBLIC_LENGTH)
}
