/** Where somebody wanted to go before they had to sign in: a path of these screens, never another site's. */
export function readReturnTo(raw: Record<string, unknown>): { returnTo?: string | undefined } {
  const { returnTo } = raw
  const isOurs = typeof returnTo === 'string' && /^\/(?![/\\])/.test(returnTo) && !returnTo.startsWith('/sign-in')
  // Named in any case: what is left out the router would fill in from the address as it stands.
  return { returnTo: isOurs ? returnTo : undefined }
}
