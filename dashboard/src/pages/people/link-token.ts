import { useSyncExternalStore } from 'react'

/** What the link that leads here has behind its `#`; another one, where that is opened in the same window. */
export function useLinkToken(): string {
  return useSyncExternalStore(onAnotherLink, takeLinkToken)
}

// Of two addresses that differ behind the `#` alone, a browser does not load the second.
function onAnotherLink(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** A page may be rendered more than once before it is on the screen. */
let taken = ''

/**
 * No server and no log on the way has seen it. It is taken out of the address at once, so that it stays in no history
 * either.
 */
function takeLinkToken(): string {
  const { hash, pathname, search } = window.location
  if (hash !== '') {
    taken = hash.slice(1)
    window.history.replaceState(window.history.state, '', pathname + search)
  }
  if (taken === '') {
    taken = window.sessionStorage.getItem(KEPT + pathname) ?? ''
    window.sessionStorage.removeItem(KEPT + pathname)
  }
  return taken
}

const KEPT = 'claviger.link-token '

/** For a window that goes to another site and comes back to `path`: with the page its memory ends. */
export function keepLinkToken(path: string): void {
  if (taken !== '') window.sessionStorage.setItem(KEPT + path, taken)
}
