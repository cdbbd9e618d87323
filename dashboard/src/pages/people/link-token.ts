/**
 * What a link has behind its `#`: no server and no log on the way has seen it. It is taken out of the address at once,
 * so that it stays in no history either.
 */
export function takeLinkToken(): string {
  const { hash, pathname, search } = window.location
  if (hash !== '') taken = hash.slice(1)
  if (hash !== '') window.history.replaceState(window.history.state, '', pathname + search)
  return taken
}

/** A page may be rendered more than once before it is on the screen. */
let taken = ''
