/** What a browser is told with every answer: that it is data, for nobody else, and to be kept nowhere. */
export type SecurityHeaders = Readonly<Record<string, string>>

const ONE_YEAR_SECONDS = 31_536_000

/** @param publicUrl where callers reach the server; with https, browsers are told to use nothing else. */
export function securityHeaders(publicUrl: string): SecurityHeaders {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(publicUrl.startsWith('https:')
      ? { 'strict-transport-security': `max-age=${ONE_YEAR_SECONDS}; includeSubDomains` }
      : {}),
  }
}
