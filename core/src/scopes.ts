// Lower case only, so that no two scopes differ by case alone.
const NAME = '[a-z][a-z0-9._-]{0,63}'
const SCOPE = new RegExp(`^${NAME}:${NAME}$`)
const RESOURCE_WILDCARD = new RegExp(`^${NAME}:\\*$`)

const ASTERISK = 0x2a

/** Whether `text` is one concrete permission, `resource:action`. */
export function isScope(text: string): boolean {
  return SCOPE.test(text)
}

/** Whether `text` may be granted to a key: a scope, every action of a resource (`dataset:*`), or everything (`*`). */
export function isGrant(text: string): boolean {
  return text === '*' || SCOPE.test(text) || RESOURCE_WILDCARD.test(text)
}

/**
 * Whether the grants include `asked`, all of it: an asked wildcard is covered only by itself or a wider one.
 * Both sides must be grants as `isGrant` has them; nothing is checked here, on the way of every request.
 */
export function covers(granted: readonly string[], asked: string): boolean {
  for (const grant of granted) {
    if (grant === asked || grant === '*' || isActionOf(grant, asked)) return true
  }
  return false
}

/**
 * Which of the grants allows `asked`: of several the narrowest, so that a wide one beside it is known to be needless.
 * @returns null where `covers` says no.
 */
export function coveringGrant(granted: readonly string[], asked: string): string | null {
  let narrowest: string | null = null
  for (const grant of granted) {
    if (grant === asked) return grant
    if (grant !== '*' && isActionOf(grant, asked)) narrowest = grant
    else if (grant === '*') narrowest ??= grant
  }
  return narrowest
}

/** Those of the asked scopes that the grants do not cover, in the order asked. */
export function missingScopes(granted: readonly string[], asked: readonly string[]): string[] {
  return asked.filter((scope) => !covers(granted, scope))
}

function isActionOf(grant: string, asked: string): boolean {
  const wildcardAt = grant.length - 1
  if (grant.charCodeAt(wildcardAt) !== ASTERISK || asked.length <= wildcardAt) return false
  // Up to and including the colon; compared in place, because a slice would allocate.
  for (let at = 0; at < wildcardAt; at++) {
    if (grant.charCodeAt(at) !== asked.charCodeAt(at)) return false
  }
  return true
}
