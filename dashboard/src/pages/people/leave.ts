import { client } from '../../data/client.ts'
import { paths } from '../../paths.ts'
import { keepLinkToken } from './link-token.ts'
import { readReturnTo } from './return-to.ts'

const WAY_BACK = 'claviger.way-back'

/** Begins at an identity provider. @returns where to send the window. */
export function askProvider(provider: string, returnTo: string | undefined): Promise<{ url: string }> {
  return client.people.signInAt(provider, asServerTakesIt(returnTo))
}

/** Before the window leaves: whom the provider does not let in comes back to the sign-in page, and tries again from there. */
export function rememberWay(returnTo: string | undefined): void {
  if (returnTo === undefined) window.sessionStorage.removeItem(WAY_BACK)
  else window.sessionStorage.setItem(WAY_BACK, returnTo)
  if (returnTo === paths.invite().to) keepLinkToken(returnTo)
}

/** Where somebody wanted to go before this window left for a provider. */
export function wayBack(): string | undefined {
  return readReturnTo({ returnTo: window.sessionStorage.getItem(WAY_BACK) }).returnTo
}

const LONGEST = 2_000

/** A path alone: what stands behind a `#` can be the token of a link. */
function asServerTakesIt(returnTo = '/'): string | undefined {
  const { origin, pathname, search } = new URL(returnTo, window.location.origin)
  const path = readReturnTo({ returnTo: pathname + search.replaceAll('\\', '%5C') }).returnTo
  return origin === window.location.origin && path !== undefined && path.length <= LONGEST ? path : undefined
}
