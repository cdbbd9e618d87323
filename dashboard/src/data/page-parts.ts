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
