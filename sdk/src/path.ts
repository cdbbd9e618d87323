// The last 46 characters of a secret are one run; no id has more than 22.
const SECRET = /_[0-9A-Za-z]{46}/

/**
 * A path from ids, each encoded so that it is one segment whatever it holds: path`/v1/organizations/${id}`.
 * @throws TypeError for an id that can be no segment, and for a secret, which must not stand in a URL.
 */
export function path(texts: TemplateStringsArray, ...ids: readonly string[]): string {
  return texts.reduce((start, text, index) => `${start}${segment(ids[index - 1])}${text}`)
}

function segment(id: unknown): string {
  return encodeURIComponent(idIn(id))
}

/** @throws TypeError as `path` does. */
export function idIn(id: unknown): string {
  // "." and ".." are taken out of every URL, encoded or not, and would lead to another route.
  if (typeof id !== 'string' || id === '' || id === '.' || id === '..' || !id.isWellFormed()) {
    throw new TypeError('an id must be a string like key_… or org_…')
  }
  if (SECRET.test(id)) throw new TypeError('this is a secret, not an id: ids are like key_…')
  return id
}
