/** Where somebody wanted to go before they had to sign in: a path of these screens, never another site's. */
export function readReturnTo(raw: Record<string, unknown>): { returnTo?: string } {
  const { returnTo } = raw
  return typeof returnTo === 'string' && /^\/(?![/\\])/.test(returnTo) && !returnTo.startsWith('/sign-in')
    ? { returnTo }
    : {}
}
