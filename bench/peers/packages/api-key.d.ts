/** Of better-auth 1.7.5 only what the bench calls: it is not there when the types of the repository are checked. */

interface ApiKeyOptions {
  storage?: 'database' | 'secondary-storage'
  /** Updates that a verdict does not wait for. */
  deferUpdates?: boolean
  /** `maxRequests` in `timeWindow` milliseconds; 10 a day where nothing is said. */
  rateLimit?: { enabled: boolean; maxRequests?: number; timeWindow?: number }
}

export function apiKey(options: ApiKeyOptions): unknown
