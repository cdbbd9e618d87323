/**
 * After an upgrade of the server a page that stayed open asks for parts that are gone; the new page has them.
 * @returns false, without a reload, where the server is out of reach: there is no new page then, and this one is better
 *   than the browser's own.
 */
export async function reloadIfReachable(): Promise<boolean> {
  if (!(await isReachable())) return false
  window.location.reload()
  return true
}

async function isReachable(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store' })).ok
  } catch {
    return false
  }
}

/** With a name of our own: by the browser's the router would reload at once, reachable or not. */
export async function orPartMissing<Part>(loading: Promise<Part>): Promise<Part> {
  try {
    return await loading
  } catch (cause) {
    throw new Error('This part of the page could not be loaded. The server may be out of reach.', { cause })
  }
}

let ahead = 0

/**
 * Fetches parts that are likely to be wanted next, once the browser has nothing else to do. That one cannot be had is no
 * reason to do anything before it is wanted. A browser may remember the failure, and the page is then loaded anew: so
 * nothing belongs here that is wanted while something on the page could be lost.
 * @returns a function that calls it off.
 */
export function fetchWhenIdle(loads: readonly (() => Promise<unknown>)[]): () => void {
  const fetchAll = async () => {
    ahead++
    await Promise.allSettled(loads.map((load) => load()))
    ahead--
  }
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(() => void fetchAll(), 1_000)
    return () => clearTimeout(timer)
  }
  const idle = requestIdleCallback(() => void fetchAll())
  return () => cancelIdleCallback(idle)
}

/** Whether a part that fails to load now may be one that nobody waits for. */
export function isFetchingAhead(): boolean {
  return ahead > 0
}
