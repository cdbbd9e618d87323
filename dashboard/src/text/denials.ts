import type { VerdictCode } from '@claviger/sdk'

/** Why a request was refused, for whoever can mend it. */
const SENTENCES: Readonly<Record<Exclude<VerdictCode, 'VALID'>, string>> = {
  MALFORMED: 'What was sent is no key at all.',
  UNKNOWN: 'There is no such key, or it was deleted.',
  REVOKED: 'The key was revoked. It stays refused for good.',
  ROTATED: 'The old secret was used after its rotation was over: somebody has not taken up the new one.',
  ORGANIZATION_SUSPENDED: 'The whole organization is suspended.',
  PENDING: 'The key still waits for approval.',
  DISABLED: 'The key is disabled. It works again once it is enabled.',
  EXPIRED: 'The key is past its expiry.',
  ORGANIZATION_MISMATCH: 'The key was sent together with the id of another organization.',
  IP_DENIED: 'The request came from an address that is not on the list of the key.',
  INSUFFICIENT_SCOPE: 'The request needs a scope that the key does not hold.',
  RESOURCE_DENIED: 'The request is about something that the key is not assigned to.',
  CREDITS_EXHAUSTED: 'The credits of the key are used up.',
  RATE_LIMITED: 'There were more requests than the rate limit of the key allows.',
}

/** In a word or two, for a column. */
const LABELS: Readonly<Record<VerdictCode, string>> = {
  VALID: 'Accepted',
  MALFORMED: 'Malformed',
  UNKNOWN: 'Unknown',
  REVOKED: 'Revoked',
  ROTATED: 'Old secret',
  ORGANIZATION_SUSPENDED: 'Suspended',
  PENDING: 'Not approved',
  DISABLED: 'Disabled',
  EXPIRED: 'Expired',
  ORGANIZATION_MISMATCH: 'Other organization',
  IP_DENIED: 'Address refused',
  INSUFFICIENT_SCOPE: 'Scope missing',
  RESOURCE_DENIED: 'Not assigned',
  CREDITS_EXHAUSTED: 'No credits',
  RATE_LIMITED: 'Rate limited',
}

export function denialSentence(code: string): string {
  return SENTENCES[code as keyof typeof SENTENCES] ?? `The request was refused (${code}).`
}

export function verdictLabel(code: string): string {
  return LABELS[code as VerdictCode] ?? code
}
