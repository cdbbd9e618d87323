/** Words that messages about a product file share. Every value is quoted and cut short: a file may hold anything. */

const LONGEST = 60
const MOST_LISTED = 20

export function quote(text: string): string {
  return text.length > LONGEST
    ? `${JSON.stringify(text.slice(0, LONGEST))}… (${text.length} characters)`
    : JSON.stringify(text)
}

/** A path within the file, e.g. `plans[1].maxKeys`; the root is the empty path. */
export function join(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  const name = /^[\w-]{1,60}$/.test(key) ? key : quote(key)
  return path === '' ? name : `${path}.${name}`
}

export function subject(path: string): string {
  return path === '' ? 'The file' : path
}

/** The likeliest of what could have been meant, or else all there is. */
export function suggest(word: string, known: readonly string[]): string {
  const close = nearest(word, known)
  if (close !== null) return `Did you mean ${quote(close)}?`
  const more = known.length > MOST_LISTED ? ', …' : ''
  return known.length === 0
    ? 'None is declared: declare it first.'
    : `Known: ${known.slice(0, MOST_LISTED).join(', ')}${more}.`
}

/** The one of `known` that `word` is a slip of, if any. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > LONGEST) return null
  let best: string | null = null
  // Two letters exchanged, or every third one different; beyond that a suggestion misleads.
  let least = Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/** Levenshtein's: insertions, deletions and substitutions from one word to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (letter === to[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
