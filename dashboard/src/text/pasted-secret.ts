interface Tags {
  prefix: string
  environments: readonly { tag: string | null }[]
}

const PUBLIC_LENGTH = 8
/** Of a secret's body. A word that happens to begin like one is shorter. */
const MOST_OF_IT = 30

/**
 * What of a search may leave the browser. A secret is cut down to its public prefix, which finds its key, and whatever
 * it was copied with is left out; the rest of it goes nowhere, not even into the address bar. One that was mistyped or
 * copied by half is still most of one.
 */
export function searchable(text: string, { prefix, environments }: Tags): string {
  const tags = [prefix, ...environments.flatMap(({ tag }) => (tag === null ? [] : [`${prefix}_${tag}`]))]
  // As much of a secret as its public part and one character more.
  const telling = new RegExp(`(?<![0-9A-Za-z])((?:${tags.join('|')})_[0-9A-Za-z]{${PUBLIC_LENGTH}})([0-9A-Za-z]+)`, 'g')
  const whole = [...text.matchAll(telling)].find(([, , rest = '']) => rest.length >= MOST_OF_IT)
  return whole?.[1] ?? text.replace(telling, '$1').trim().replace(/\s+/g, ' ')
}
